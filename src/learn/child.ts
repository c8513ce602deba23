import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { abortError } from '../core/clock.ts';
import { describeError, ERROR_CODES, type ErrorCode, ForeframeError } from '../core/errors.ts';
import type { ModelManifest } from '../detect/mnad/manifest.ts';
import { type LearnEvent, learnEvent } from './events.ts';

/** What a learning process is asked for; what is not given is the command's default. */
export interface LearningRequest {
	/** Folders of collected footage of one camera. */
	readonly footage: readonly string[];
	/** The model's folder. A checkpoint in it that belongs to this request is gone on from. */
	readonly out: string;
	readonly id?: string;
	readonly minutes?: number;
	/** Instead of minutes, for a result that can be repeated. */
	readonly steps?: number;
	readonly recipe?: 'prediction' | 'reconstruction';
	readonly network?: 'compact' | 'paper';
	/** Footage of another rate is left out; that of the newest footage unless told. */
	readonly framesPerSecond?: number;
	readonly provider?: 'cpu' | 'webgpu' | 'cuda';
	readonly seed?: number;
	readonly threads?: number;
	/** 19, the lowest priority, unless told. */
	readonly nice?: number;
	/** Most footage held in memory, GiB. */
	readonly memory?: number;
}

export interface LearningContext {
	/** Its abort lets the child write a checkpoint and leave. */
	readonly signal: AbortSignal;
	readonly told?: (event: LearnEvent) => void;
	/** How long the child may take to leave before it is killed; 10 s unless told. */
	readonly graceMs?: number;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const GRACE_MS = 10_000;
/** The end of what it wrote to its standard error, for the report of a crash. */
const STDERR_KEPT = 4000;

/**
 * Learns in a process of its own, at a low priority; it does not outlive this one. Done when the process is gone.
 * @throws the signal's AbortError when it aborts; ForeframeError of the child's own code, or LEARNING_FAILED when it died.
 */
export async function runLearningChild(request: LearningRequest, context: LearningContext): Promise<ModelManifest> {
	const { signal, told = () => {}, graceMs = GRACE_MS } = context;
	if (signal.aborted) throw abortError(signal);
	// The channel is for its end alone: the kernel closes it whatever this process dies of.
	const child = spawn(process.execPath, ['--no-warnings', MAIN, 'learn', ...argumentsOf(request), '--json'], {
		env: bareEnvironment(),
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	// `close` never comes where this side has closed the channel.
	const ended = Promise.all([once(child, 'exit'), once(child.stderr as Readable, 'close')]);
	const gone = ended.then(
		([exit]) => exit as [code: number | null, killedBy: NodeJS.Signals | null],
		(error: unknown) => {
			const message = `Cannot start the learning process: ${describeError(error)}`;
			throw new ForeframeError('LEARNING_FAILED', message, { cause: error });
		},
	);
	// It is told below, when the output has ended.
	gone.catch(() => {});
	const killing = new AbortController();
	const leave = () => {
		// Not a signal: where a terminal or systemd has sent one already, a second would end it without a checkpoint.
		if (child.connected) child.disconnect();
		const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
		killing.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
	};
	signal.addEventListener('abort', leave, { once: true });
	let complaint = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		complaint = (complaint + text).slice(-STDERR_KEPT);
	});
	try {
		const last = await follow(child.stdout as Readable, told);
		const [code, killedBy] = await gone;
		if (code === 0 && last?.kind === 'done') return last.manifest;
		if (signal.aborted) throw abortError(signal);
		throw failureOf(last, killedBy === null ? `exit code ${code}` : `signal ${killedBy}`, complaint);
	} catch (error) {
		child.kill('SIGKILL');
		await gone.catch(() => {});
		// What was being said when it was killed is cut off.
		if (signal.aborted) throw abortError(signal);
		throw error;
	} finally {
		signal.removeEventListener('abort', leave);
		killing.abort();
	}
}

function argumentsOf(request: LearningRequest): string[] {
	const { footage, framesPerSecond, nice = 19, ...rest } = request;
	const options = { ...rest, 'frames-per-second': framesPerSecond, nice };
	const given = Object.entries(options).filter(([, value]) => value !== undefined);
	return [
		...footage.flatMap((folder) => ['--footage', folder]),
		...given.flatMap(([name, value]) => [`--${name}`, `${value}`]),
	];
}

/** Nothing of this process's environment that could hold a secret; what finds GPUs and their drivers is kept. */
function bareEnvironment(): NodeJS.ProcessEnv {
	const { PATH, LD_LIBRARY_PATH, TMPDIR } = process.env;
	const drivers = Object.entries(process.env).filter(([name]) => /^(VK|CUDA|NVIDIA)_/.test(name));
	return { ...Object.fromEntries(drivers), PATH, LD_LIBRARY_PATH, TMPDIR, LC_ALL: 'C' };
}

/** Tells every event; resolves to the last one when the child says no more. */
async function follow(stdout: Readable, told: (event: LearnEvent) => void): Promise<LearnEvent | null> {
	let last: LearnEvent | null = null;
	for await (const line of createInterface({ input: stdout })) {
		last = parse(line);
		told(last);
	}
	return last;
}

/** @throws ForeframeError LEARNING_FAILED */
function parse(line: string): LearnEvent {
	try {
		return learnEvent.parse(JSON.parse(line));
	} catch (error) {
		const shown = line.length > 200 ? `${line.slice(0, 200)}…` : line;
		throw new ForeframeError('LEARNING_FAILED', `Cannot read what the learning process says: ${shown}`, {
			cause: error,
		});
	}
}

function failureOf(last: LearnEvent | null, ending: string, complaint: string): ForeframeError {
	if (last?.kind === 'failed') {
		const isKnown = Object.hasOwn(ERROR_CODES, last.code);
		return new ForeframeError(isKnown ? (last.code as ErrorCode) : 'LEARNING_FAILED', last.message);
	}
	if (last?.kind === 'interrupted') {
		return new ForeframeError('LEARNING_FAILED', 'Learning was interrupted from outside: its checkpoint is kept');
	}
	const words = complaint.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
	return new ForeframeError(
		'LEARNING_FAILED',
		`The learning process died of ${ending}${words === '' ? '' : `: ${words}`}`,
	);
}
