import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { abortError } from '../../core/clock.ts';
import { describeError, ERROR_CODES, type ErrorCode, ForeframeError } from '../../core/errors.ts';
import type { Calibration } from '../../score/calibration.ts';
import {
	type CalibrateRequest,
	type ExamMessage,
	type ExamRequest,
	type ExamResult,
	examMessage,
} from './examine-protocol.ts';

export interface ExamContext {
	readonly signal: AbortSignal;
	/** 0..1 */
	readonly told: (done: number) => void;
}

const CHILD = fileURLToPath(new URL('./examine-child.ts', import.meta.url));
const STDERR_KEPT = 4000;

/**
 * Examines in a process of its own at the priority of learning, which does not outlive this one.
 * @throws the signal's AbortError; ForeframeError of the child's own code, or LEARNING_FAILED when it died.
 */
export async function runExamChild(request: ExamRequest, context: ExamContext): Promise<ExamResult> {
	const answer = await ask(request, context);
	if (answer.kind !== 'done') throw new Error(`The examining process answered ${answer.kind}`);
	return answer;
}

/** Calibrates in such a process. @throws as above */
export async function runCalibrationChild(request: CalibrateRequest, context: ExamContext): Promise<Calibration> {
	const answer = await ask(request, context);
	if (answer.kind !== 'calibrated') throw new Error(`The calibrating process answered ${answer.kind}`);
	return answer.calibration;
}

async function ask(request: ExamRequest | CalibrateRequest, { signal, told }: ExamContext): Promise<ExamMessage> {
	if (signal.aborted) throw abortError(signal);
	const { PATH, LD_LIBRARY_PATH, TMPDIR } = process.env;
	const child = spawn(process.execPath, ['--no-warnings', CHILD], {
		env: { PATH, LD_LIBRARY_PATH, TMPDIR, LC_ALL: 'C' },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
	// One that cannot be started is told below, when its output ends.
	closed.catch(() => {});
	// It keeps nothing that a sudden end could spoil.
	const kill = () => child.kill('SIGKILL');
	signal.addEventListener('abort', kill, { once: true });
	// A child that is gone cannot be written to; its exit says so.
	child.stdin.on('error', () => {});
	let complaint = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaint = (complaint + text).slice(-STDERR_KEPT);
	});
	try {
		child.stdin.write(`${JSON.stringify(request)}\n`);
		let last: ExamMessage | null = null;
		for await (const line of createInterface({ input: child.stdout })) {
			// What was being said when it was killed is cut off.
			if (signal.aborted) continue;
			last = parse(line);
			if (last.kind === 'progress') told(last.done);
		}
		const [code, killedBy] = await closed.catch((error: unknown) => {
			throw died(describeError(error), error);
		});
		if (signal.aborted) throw abortError(signal);
		if (last?.kind === 'done' || last?.kind === 'calibrated') return last;
		if (last?.kind === 'failed') {
			const isKnown = Object.hasOwn(ERROR_CODES, last.code);
			throw new ForeframeError(isKnown ? (last.code as ErrorCode) : 'LEARNING_FAILED', last.message);
		}
		const words = complaint.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
		const ending = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
		throw died(words === '' ? ending : `${ending}: ${words}`);
	} finally {
		signal.removeEventListener('abort', kill);
		if (child.exitCode === null && child.signalCode === null) {
			kill();
			child.stdout.resume();
			await closed.catch(() => {});
		}
	}
}

/** @throws ForeframeError LEARNING_FAILED */
function parse(line: string): ExamMessage {
	try {
		return examMessage.parse(JSON.parse(line));
	} catch (error) {
		const shown = line.length > 200 ? `${line.slice(0, 200)}…` : line;
		const message = `Cannot read what the examining process says: ${shown}`;
		throw new ForeframeError('LEARNING_FAILED', message, { cause: error });
	}
}

function died(ending: string, cause?: unknown): ForeframeError {
	return new ForeframeError('LEARNING_FAILED', `The examining process died of ${ending}`, { cause });
}
