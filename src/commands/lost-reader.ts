import type { EventEmitter } from 'node:events';

/** Nobody reads what a command prints: `| head` has enough, or whoever keeps the log is gone. */
class LostReader extends Error {
	override readonly name = 'AbortError';
}

/** A signal that is aborted when nobody reads `output` any more; later writes go nowhere. */
export function abortOnLostReader(output: EventEmitter): AbortSignal {
	const lost = new AbortController();
	output.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		lost.abort(new LostReader('nobody reads the output any more'));
	});
	return lost.signal;
}

export function isReaderLost({ reason }: AbortSignal): boolean {
	return reason instanceof LostReader;
}
