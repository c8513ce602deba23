import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Installation } from './installation.ts';
import { type Answer, answer, type Request } from './messages.ts';
import { decodeMessages, encodeMessage, type WireArrays } from './wire.ts';

/** A running TensorFlow.js process. Disposal ends it: first by the end of its input, then SIGKILL. */
export interface TensorFlowProcess extends AsyncDisposable {
	readonly pid: number;
	/** What it runs with. */
	readonly found: { readonly backend: string; readonly version: string; readonly node: string };
	/** @throws ForeframeError INFERENCE_FAILED when the process cannot, or has ended, or too much waits for it already. */
	ask<Kind extends Answer['kind']>(
		request: WithoutId<Request>,
		arrays: WireArrays,
		kind: Kind,
	): Promise<{ readonly answer: Answer & { kind: Kind }; readonly arrays: WireArrays }>;
	/** Resolves with the reason when it has ended, however it did. */
	readonly ended: Promise<ForeframeError>;
}

type WithoutId<Some> = Some extends { readonly id: number } ? Omit<Some, 'id'> : never;

interface Waiting extends PromiseWithResolvers<{ readonly answer: Answer; readonly arrays: WireArrays }> {
	readonly timer: NodeJS.Timeout;
}

/** CUDA's libraries are loaded in the first seconds. */
const READY_MS = 60_000;
/** One batch, or the first of a size on a GPU, for which kernels are chosen. */
const ANSWER_MS = 120_000;
const WAITING_MAX = 64;
const GOODBYE_MS = 2000;
const STDERR_KEPT = 4000;

/**
 * @param signal ends the wait for it to become ready
 * @throws ForeframeError INFERENCE_FAILED when it does not become ready.
 */
export async function startProcess(
	installation: Installation,
	script: string,
	signal: AbortSignal,
): Promise<TensorFlowProcess> {
	const { node, folder, packageName } = installation;
	const child = spawn(node, [script, folder, packageName], {
		stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
		env: bareEnvironment(),
	});
	const [input, , errors, answers] = child.stdio as unknown as readonly [Writable, null, Readable, Readable];
	const ended = Promise.withResolvers<ForeframeError>();
	const ready = Promise.withResolvers<TensorFlowProcess['found']>();
	const waiting = new Map<number, Waiting>();
	let complaint = '';
	let nextId = 1;
	let dead: ForeframeError | null = null;

	const die = (reason: string, cause?: unknown) => {
		if (dead !== null) return;
		dead = new ForeframeError('INFERENCE_FAILED', `The TensorFlow.js process ${reason}`, { cause });
		child.kill('SIGKILL');
		for (const { timer, reject } of waiting.values()) {
			clearTimeout(timer);
			reject(dead);
		}
		waiting.clear();
		ready.reject(dead);
	};
	child.on('error', (error) => {
		die(`cannot be started with ${node}: ${describeError(error)}`, error);
		if (child.pid === undefined) ended.resolve(dead!);
	});
	child.once('close', (code, signal) => {
		die(`ended with ${signal ?? `code ${code}`}${lastWords(complaint)}`);
		ended.resolve(dead!);
	});
	// A process that is gone cannot be written to; its end says so.
	input.on('error', () => {});
	errors.setEncoding('utf8').on('data', (text: string) => {
		complaint = (complaint + text).slice(-STDERR_KEPT);
	});
	const onAbort = () => die('was stopped');
	signal.addEventListener('abort', onAbort, { once: true });
	if (signal.aborted) onAbort();
	const timer = setTimeout(() => die(`was not ready after ${READY_MS / 1000} s`), READY_MS);
	void listen().catch((error) => die(`sent what cannot be read: ${describeError(error)}`));

	async function listen(): Promise<void> {
		for await (const { head, arrays } of decodeMessages(answers)) {
			const message = answer.parse(head);
			if (message.kind === 'ready') {
				ready.resolve(message);
				continue;
			}
			const request = waiting.get(message.id);
			waiting.delete(message.id);
			clearTimeout(request?.timer);
			if (message.kind === 'failed') {
				request?.reject(new ForeframeError('INFERENCE_FAILED', `TensorFlow.js failed: ${message.reason}`));
			} else {
				request?.resolve({ answer: message, arrays });
			}
		}
	}

	let found: TensorFlowProcess['found'];
	try {
		found = await ready.promise;
	} catch (error) {
		await ended.promise;
		throw error;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', onAbort);
	}
	return {
		pid: child.pid!,
		found,
		ended: ended.promise,
		ask: async (request, arrays, kind) => {
			if (dead !== null) throw dead;
			if (waiting.size >= WAITING_MAX) {
				throw new ForeframeError('INFERENCE_FAILED', `${WAITING_MAX} requests wait for TensorFlow.js already`);
			}
			const id = nextId++;
			const late = setTimeout(() => die(`gave no answer for ${ANSWER_MS / 1000} s`), ANSWER_MS);
			const got: Waiting = { timer: late, ...Promise.withResolvers() };
			waiting.set(id, got);
			for (const part of encodeMessage({ ...request, id }, arrays)) input.write(part);
			const result = await got.promise;
			if (result.answer.kind !== kind) throw new Error(`TensorFlow.js answered "${result.answer.kind}", not "${kind}"`);
			return result as { answer: typeof result.answer & { kind: typeof kind }; arrays: WireArrays };
		},
		[Symbol.asyncDispose]: async () => {
			input.end();
			const killing = setTimeout(() => child.kill('SIGKILL'), GOODBYE_MS);
			await ended.promise;
			clearTimeout(killing);
		},
	};
}

/** Nothing of the daemon's environment that could hold a secret; what finds CUDA and chooses a card is kept. */
function bareEnvironment(): NodeJS.ProcessEnv {
	const { PATH, LD_LIBRARY_PATH, TMPDIR, CUDA_VISIBLE_DEVICES } = process.env;
	return {
		PATH,
		LD_LIBRARY_PATH,
		TMPDIR,
		CUDA_VISIBLE_DEVICES,
		LC_ALL: 'C',
		TF_CPP_MIN_LOG_LEVEL: '2',
		// Else TensorFlow takes all of the card's memory for itself.
		TF_FORCE_GPU_ALLOW_GROWTH: 'true',
	};
}

function lastWords(complaint: string): string {
	const lines = complaint.split('\n').map((line) => line.trim());
	const text = lines.find((line) => /^\w*Error\b.*:/.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
	return text === '' ? '' : `: ${text.slice(0, 300)}`;
}
