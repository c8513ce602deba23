/** Runs in an inference thread: the only place in the daemon where the runtime is loaded. */
import { parentPort } from 'node:worker_threads';
import { isForeframeError } from '../core/errors.ts';
import { openSession, type Session } from './session.ts';
import { transferable } from './tensors.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.ts';

if (parentPort === null) throw new Error('This file runs as an inference thread only');
const port = parentPort;
const sessions = new Map<string, Session>();
// The runtime's calls block, so requests are done in the order they came.
let last: Promise<void> = Promise.resolve();

port.on('message', (request: ThreadRequest) => {
	last = last.then(() => answer(request));
});

async function answer(request: ThreadRequest): Promise<void> {
	try {
		const done = await perform(request);
		port.postMessage(done, done.kind === 'ran' ? transferable(done.outputs) : []);
	} catch (error) {
		if (!isForeframeError(error, 'MODEL_INVALID', 'INFERENCE_FAILED')) throw error;
		const message = error.message.replace(` (${error.code})`, '');
		port.postMessage({ kind: 'failed', id: request.id, error: { code: error.code, message } } satisfies ThreadAnswer);
	}
	if (request.kind === 'end') port.close();
}

async function perform(request: ThreadRequest): Promise<ThreadAnswer> {
	const { id } = request;
	switch (request.kind) {
		case 'open': {
			const { name, provider, threads = 1, file } = request;
			if (provider === 'tensorflow') throw new Error(`${name} was given to ONNX Runtime's thread`);
			const session = await openSession(file, { name, provider, threads });
			sessions.set(request.session, session);
			return { kind: 'opened', id, inputs: session.inputs, outputs: session.outputs };
		}
		case 'run': {
			const session = sessions.get(request.session);
			if (session === undefined) throw new Error(`No session "${request.session}" is open in this thread`);
			const began = performance.now();
			const outputs = await session.run(request.inputs, request.into);
			return { kind: 'ran', id, outputs, inferenceMs: performance.now() - began };
		}
		case 'close': {
			const session = sessions.get(request.session);
			sessions.delete(request.session);
			await session?.[Symbol.asyncDispose]();
			return { kind: 'done', id };
		}
		case 'end': {
			for (const session of sessions.values()) await session[Symbol.asyncDispose]();
			sessions.clear();
			return { kind: 'done', id };
		}
	}
}
