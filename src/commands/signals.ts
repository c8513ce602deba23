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

/**
 * A signal that aborts when the process that has started this one with a channel to it is gone, whatever it died of; without
 * a channel it never does. The channel keeps nothing alive.
 */
export function abortWithParent(process: NodeJS.Process): AbortSignal {
	const gone = new AbortController();
	const abort = () =>
		gone.abort(Object.assign(new Error('the process that started this one is gone'), { name: 'AbortError' }));
	// Where there was a channel and it has closed already; without one this is undefined.
	if (process.connected === false) abort();
	if (process.connected) process.once('disconnect', abort);
	process.channel?.unref();
	return gone.signal;
}
