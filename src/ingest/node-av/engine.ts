import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { abortError } from '../../core/clock.ts';
import { startProcess } from '../child-process.ts';
import type { StreamEvent, StreamRequest } from '../engine.ts';
import { isEncrypted, placeOf } from '../stream-address.ts';
import { StreamError, streamError } from '../stream-failure.ts';
import { decodeMessages, type ParentMessage } from './wire.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** FFmpeg as a library, in a child process of Node. An `Engine`. */
export async function* readWithNodeAv(
	request: StreamRequest,
	signal: AbortSignal,
): AsyncGenerator<StreamEvent, void, undefined> {
	if (signal.aborted) throw abortError(signal);
	// The camera's name is there for who looks at the process list.
	await using running = await startProcess(
		process.execPath,
		['--no-warnings', '--max-semi-space-size=1', CHILD, request.camera],
		{ stdio: ['pipe', 'ignore', 'pipe', 'pipe'] },
		(child) => child.stdin?.end(line({ kind: 'close' })),
	);
	// A stop that came while the process was being started is told to no listener.
	if (signal.aborted) throw abortError(signal);
	const { child } = running;
	const messages = child.stdio[3] as Readable;
	const onAbort = () => messages.destroy(abortError(signal));
	signal.addEventListener('abort', onAbort, { once: true });
	const place = placeOf(request.input);
	let opened = false;
	try {
		child.stdin?.write(line({ kind: 'open', request }));
		for await (const message of decodeMessages(messages)) {
			if (message.kind === 'ended') return;
			if (message.kind === 'failed') {
				throw streamError(place, message.said, { handshake: isEncrypted(request.input) && !opened });
			}
			opened ||= message.kind === 'opened';
			yield message;
		}
		throw new StreamError(
			'crashed',
			`The process that reads ${place} died of ${await running.ended()}${lastWords(running.complaint())}`,
		);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

function line(message: ParentMessage): string {
	return `${JSON.stringify(message)}\n`;
}

function lastWords(complaint: string): string {
	const text = complaint.trim().split('\n').at(-1) ?? '';
	return text === '' ? '' : `: ${text.slice(0, 300)}`;
}
