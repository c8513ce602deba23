import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';

/**
 * A signal that the first SIGINT or SIGTERM aborts, its reason named after it: the command ends in an orderly way. The
 * second one calls `exit` at once, with 128 and the signal's number.
 */
export function abortOnSignals(process: EventEmitter, exit: (code: number) => void): AbortSignal {
	const stopping = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) {
		process.on(name, () => {
			if (stopping.signal.aborted) exit(128 + constants.signals[name]);
			stopping.abort(Object.assign(new Error(name), { name: 'AbortError' }));
		});
	}
	return stopping.signal;
}
