import './no-telemetry.ts';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Runtime } from './options.ts';
import { type TensorShapes, type Tensors, transferable } from './tensors.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.ts';

/** One thread or process in which sessions are opened and run, one after the other. */
export interface InferenceThread extends AsyncDisposable {
	/** @throws ForeframeError MODEL_INVALID when the runtime or provider does not take the file. */
	open(
		session: string,
		request: OpenRequest,
	): Promise<{ readonly inputs: TensorShapes; readonly outputs: TensorShapes }>;
	/**
	 * Takes the arrays' memory: they are empty afterwards. Arrays of shared memory stay, and are read until the answer comes;
	 * with such ones in `into`, ONNX Runtime's threads write the outputs of those names into them.
	 */
	run(
		session: string,
		inputs: Tensors,
		into?: Tensors,
	): Promise<{ readonly outputs: Tensors; readonly inferenceMs: number }>;
	close(session: string): Promise<void>;
}

export interface OpenRequest {
	readonly name: string;
	readonly provider: Runtime;
	/** ONNX; for TensorFlow.js the portable form. */
	readonly file: Uint8Array;
	/** Cores one run may use; 1 unless told. */
	readonly threads?: number;
}

/** @param onDeath told once when the thread dies by itself; all it was asked is rejected with INFERENCE_FAILED. */
export function startInferenceThread(onDeath: (error: ForeframeError) => void): InferenceThread {
	const worker = new Worker(new URL('./thread-main.ts', import.meta.url), { name: 'inference' });
	const waiting = new Map<number, PromiseWithResolvers<ThreadAnswer>>();
	let nextId = 1;
	let ending = false;
	let dead: ForeframeError | null = null;

	const die = (reason: string, cause?: unknown) => {
		if (dead !== null) return;
		dead = new ForeframeError('INFERENCE_FAILED', `An inference thread ${reason}`, { cause });
		for (const request of waiting.values()) request.reject(dead);
		waiting.clear();
		if (!ending) onDeath(dead);
	};
	worker.on('message', (answer: ThreadAnswer) => {
		const request = waiting.get(answer.id);
		waiting.delete(answer.id);
		if (answer.kind === 'failed') request?.reject(new ForeframeError(answer.error.code, answer.error.message));
		else request?.resolve(answer);
	});
	worker.on('messageerror', (error) => die(`sent what cannot be read: ${describeError(error)}`, error));
	worker.on('error', (error) => die(`crashed: ${describeError(error)}`, error));
	worker.on('exit', (code) => die(`ended with code ${code}`));

	const ask = async (request: WithoutId<ThreadRequest>, transfer: readonly ArrayBuffer[] = []) => {
		if (dead !== null) throw dead;
		const id = nextId++;
		const answer = Promise.withResolvers<ThreadAnswer>();
		waiting.set(id, answer);
		worker.postMessage({ ...request, id }, transfer);
		return answer.promise;
	};
	return {
		open: async (session, request) => expectKind(await ask({ kind: 'open', session, ...request }), 'opened'),
		run: async (session, inputs, into = {}) =>
			expectKind(await ask({ kind: 'run', session, inputs, into }, transferable(inputs)), 'ran'),
		close: async (session) => {
			expectKind(await ask({ kind: 'close', session }), 'done');
		},
		[Symbol.asyncDispose]: async () => {
			if (dead !== null || ending) return;
			ending = true;
			const exit = once(worker, 'exit');
			await ask({ kind: 'end' });
			await exit;
		},
	};
}

type WithoutId<Request> = Request extends ThreadRequest ? Omit<Request, 'id'> : never;

function expectKind<Kind extends ThreadAnswer['kind']>(
	answer: ThreadAnswer,
	kind: Kind,
): ThreadAnswer & { kind: Kind } {
	if (answer.kind !== kind) throw new Error(`An inference thread answered "${answer.kind}": expected "${kind}"`);
	return answer as ThreadAnswer & { kind: Kind };
}
