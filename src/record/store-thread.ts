import { Worker } from 'node:worker_threads';
import { ForeframeError } from '../core/errors.ts';
import type { StoreCalls } from './store-calls.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread-messages.ts';

/** The store in its own thread: calls are done one after the other, in the order in which they were made. */
export interface StoreThread extends AsyncDisposable {
	readonly sequences: ReadonlyMap<string, number>;
	readonly movedAside: string | null;
	/** @throws ForeframeError STORE_FAILED */
	call<Name extends keyof StoreCalls>(
		name: Name,
		...args: Parameters<StoreCalls[Name]>
	): Promise<ReturnType<StoreCalls[Name]>>;
	/** Resolves when the thread was closed; rejects with what it died of. */
	readonly ended: Promise<void>;
}

/** More calls than this wait for a disk that does not answer: later ones are refused. */
const WAITING_MAX = 10_000;

interface Waiting {
	readonly resolve: (result: unknown) => void;
	readonly reject: (error: Error) => void;
}

/** @throws ForeframeError STORE_FAILED when the database cannot be used. */
export async function openStoreThread(options: ThreadOptions): Promise<StoreThread> {
	const worker = new Worker(new URL('./thread-main.ts', import.meta.url), { workerData: options, name: 'record' });
	const waiting = new Map<number, Waiting>();
	const opening = Promise.withResolvers<Extract<FromThread, { kind: 'ready' }>>();
	const ending = Promise.withResolvers<void>();
	// A death is told to whoever waits for a call or for `ended`; it must not also end the process while nobody does yet.
	ending.promise.catch(() => {});
	let dead: Error | null = null;
	let closing = false;
	let lastId = 0;

	const die = (error: Error) => {
		dead ??= error;
		for (const { reject } of waiting.values()) reject(dead);
		waiting.clear();
		opening.reject(dead);
		ending.reject(dead);
	};
	worker.on('message', (message: FromThread) => {
		switch (message.kind) {
			case 'ready':
				opening.resolve(message);
				break;
			case 'refused':
				opening.reject(new ForeframeError('STORE_FAILED', message.message));
				break;
			case 'result':
				take(waiting, message.id).resolve(message.result);
				break;
			case 'failed':
				take(waiting, message.id).reject(new ForeframeError('STORE_FAILED', message.message));
				break;
			default:
				throw new Error(`Unknown message ${message satisfies never}`);
		}
	});
	worker.on('error', (error) => die(new Error('The recording thread died', { cause: error })));
	worker.on('exit', (code) => {
		if (closing && code === 0 && waiting.size === 0) ending.resolve();
		else die(new Error(`The recording thread ended with exit code ${code}`));
	});

	const say = (message: ToThread) => worker.postMessage(message);
	const { sequences, movedAside } = await opening.promise;
	return {
		sequences,
		movedAside,
		ended: ending.promise,
		call: <Name extends keyof StoreCalls>(name: Name, ...args: Parameters<StoreCalls[Name]>) => {
			if (dead !== null) return Promise.reject(dead);
			if (closing) return Promise.reject(new Error(`Cannot call ${name}: the recorder was closed`));
			if (waiting.size >= WAITING_MAX) {
				const message = `Cannot record: ${waiting.size} records wait for the disk; check whether it still works`;
				return Promise.reject(new ForeframeError('STORE_FAILED', message));
			}
			const { promise, resolve, reject } = Promise.withResolvers<ReturnType<StoreCalls[Name]>>();
			lastId += 1;
			waiting.set(lastId, { resolve: resolve as (result: unknown) => void, reject });
			say({ kind: 'call', id: lastId, name, args } as ToThread);
			return promise;
		},
		[Symbol.asyncDispose]: async () => {
			if (!closing && dead === null) {
				closing = true;
				say({ kind: 'close' });
			}
			await ending.promise;
		},
	};
}

function take(waiting: Map<number, Waiting>, id: number): Waiting {
	const call = waiting.get(id);
	if (call === undefined) throw new Error(`The recording thread answers call ${id}, which nobody made`);
	waiting.delete(id);
	return call;
}
