// The process of one camera: reads the request from its standard input, writes messages to descriptor 3.
// It ends with its parent: the standard input is a pipe that the kernel closes whatever the parent dies of.
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { AV_LOG_WARNING } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { StreamRequest } from '../engine.ts';
import { lostPackets } from '../log-lines.ts';
import { type OpenStream, openStream } from './read-stream.ts';
import { type ChildMessage, encodeMessage, MESSAGES_FD, type ParentMessage } from './wire.ts';

/** Beyond this a camera's pictures are dropped: the parent does not take them. */
const UNSENT_MAX_BYTES = 4 * 1024 * 1024;
const GOODBYE_MS = 1500;
const SAID_LINES = 12;
const LOG_MS = 20;

// Not the standard output, which blocks this whole process while the parent is busy.
const out = new Socket({ fd: MESSAGES_FD, readable: false, writable: true });
const said: string[] = [];
let stream: OpenStream | null = null;
let ending = false;
let dropped = 0;

// A terminal's Ctrl-C reaches every process in the group; the parent decides.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => void close());
// The parent is gone, and with it the reader of this pipe.
out.on('error', () => die());

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
	const message = JSON.parse(line) as ParentMessage;
	switch (message.kind) {
		case 'open':
			void run(message.request);
			return;
		case 'close':
			void close();
			return;
		default:
			message satisfies never;
	}
});
input.on('close', () => void close());

async function run(request: StreamRequest): Promise<void> {
	Log.setCallback((_level, line) => hear(line), { maxLevel: AV_LOG_WARNING });
	const isLive = request.input.kind === 'rtsp';
	try {
		stream = await openStream(request, (message) => send(message, isLive));
		await stream.read();
		if (!ending) await finish({ kind: 'ended' });
	} catch (error) {
		if (ending) return;
		// The log's lines come through another queue, and say more than the error.
		await pause(LOG_MS);
		if (ending) return;
		const words = error instanceof Error ? error.message : String(error);
		await finish({ kind: 'failed', said: [...said, words].join('\n') });
	}
}

function hear(line: string): void {
	said.push(line);
	if (said.length > SAID_LINES) said.shift();
	const count = lostPackets(line);
	if (count === 0 || stream === null) return;
	stream.damaged('packets-lost');
	void send({ kind: 'packets-lost', count }, true);
}

async function send(message: ChildMessage, isLive: boolean): Promise<void> {
	if (isLive && message.kind === 'picture' && out.writableLength > UNSENT_MAX_BYTES) {
		dropped += 1;
		return;
	}
	if (dropped > 0 && message.kind === 'picture') {
		const count = dropped;
		dropped = 0;
		out.write(encodeMessage({ kind: 'dropped', count }));
	}
	if (out.write(encodeMessage(message)) || isLive) return;
	const { promise, resolve } = Promise.withResolvers<void>();
	out.once('drain', resolve);
	await promise;
}

async function finish(message: ChildMessage): Promise<void> {
	ending = true;
	const { promise, resolve } = Promise.withResolvers<void>();
	out.write(encodeMessage(message), () => resolve());
	await promise;
	await goodbye();
	die();
}

async function close(): Promise<void> {
	if (ending) return;
	ending = true;
	await goodbye();
	die();
}

async function goodbye(): Promise<void> {
	// A camera that hangs must not keep this process.
	setTimeout(die, GOODBYE_MS);
	await stream?.close();
}

/** Not `exit`, which would wait for a thread that libav may hold in a blocking read. */
function die(): void {
	process.kill(process.pid, 'SIGKILL');
}
