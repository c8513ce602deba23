// The recording thread: SQLite blocks, so it does so here. A bug throws, and ends the thread.
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { isForeframeError } from '../core/errors.ts';
import { Store } from './store.ts';
import { isDamaged, storeError } from './store-error.ts';
import type { FromThread, StoreCall, ThreadOptions, ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('thread-main.ts is started as a worker thread');
const say = (message: FromThread) => port.postMessage(message);
const options = workerData as ThreadOptions;

const opened = open(options);
if (opened !== null) {
	const { store, movedAside } = opened;
	port.on('message', (message: ToThread) => {
		if (message.kind === 'call') {
			answer(store, message);
			return;
		}
		store[Symbol.dispose]();
		port.close();
	});
	say({ kind: 'ready', sequences: store.sequences(), movedAside });
}

function open(options: ThreadOptions): { store: Store; movedAside: string | null } | null {
	const { path } = options;
	try {
		makePrivate(path);
		try {
			return { store: new Store(options), movedAside: null };
		} catch (error) {
			if (!isDamaged(error)) throw error;
			const movedAside = moveAside(path);
			makePrivate(path);
			return { store: new Store(options), movedAside };
		}
	} catch (error) {
		say({ kind: 'refused', message: expectedMessage(`open the database ${path}`, error) });
		return null;
	}
}

function answer(store: Store, { id, name, args }: StoreCall): void {
	try {
		const call = store[name] as (...args: unknown[]) => unknown;
		say({ kind: 'result', id, result: call.apply(store, args) });
	} catch (error) {
		say({ kind: 'failed', id, message: expectedMessage(`record in ${options.path}`, error) });
	}
}

/** The message of an expected failure. @throws the error itself where it is a bug. */
function expectedMessage(what: string, error: unknown): string {
	const told = storeError(what, error);
	if (!isForeframeError(told, 'STORE_FAILED')) throw told;
	return told.message.replace(/ \(STORE_FAILED\)$/, '');
}

/** SQLite would make the file readable for everybody; its companions get the permissions of the file. */
function makePrivate(path: string): void {
	if (existsSync(path)) return;
	try {
		closeSync(openSync(path, 'a', 0o600));
	} catch {
		// SQLite meets the same trouble, and names it.
	}
}

/** Keeps what is left of a damaged database for a person to look at. */
function moveAside(path: string): string {
	const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
	for (const suffix of ['', '-wal', '-shm']) {
		if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
	}
	return aside;
}
