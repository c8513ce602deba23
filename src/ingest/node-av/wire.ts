import type { Picture, StreamEvent, StreamRequest } from '../engine.ts';

/** What the child tells: stream events, then exactly one of `failed` or `ended` unless it was asked to close. */
export type ChildMessage =
	| StreamEvent
	| { readonly kind: 'failed'; readonly said: string }
	| { readonly kind: 'ended' };

/** What the parent tells, one line of JSON each. The end of the pipe means that the parent is gone. */
export type ParentMessage =
	| { readonly kind: 'open'; readonly request: StreamRequest }
	/** Say goodbye to the camera and end. */
	| { readonly kind: 'close' };

/** Where the child writes. */
export const MESSAGES_FD = 3;

/** Length of the rest (4 bytes), length of the JSON (4 bytes), both little-endian; the JSON; a picture's luma. */
const LENGTHS_BYTES = 8;
const MESSAGE_MAX_BYTES = 64 * 1024 * 1024;

export function encodeMessage(message: ChildMessage): Uint8Array {
	const { luma, ...rest } = message.kind === 'picture' ? message : { ...message, luma: new Uint8Array() };
	const json = Buffer.from(JSON.stringify(rest));
	const bytes = Buffer.allocUnsafe(LENGTHS_BYTES + json.length + luma.length);
	bytes.writeUInt32LE(4 + json.length + luma.length, 0);
	bytes.writeUInt32LE(json.length, 4);
	json.copy(bytes, LENGTHS_BYTES);
	bytes.set(luma, LENGTHS_BYTES + json.length);
	return bytes;
}

/** @throws RangeError when the bytes are no messages: the child is broken. */
export async function* decodeMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<ChildMessage, void, undefined> {
	let waiting: Buffer[] = [];
	let held = 0;
	let wanted = LENGTHS_BYTES;
	for await (const chunk of chunks) {
		waiting.push(chunk);
		held += chunk.length;
		if (held < wanted) continue;
		let bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting, held);
		for (;;) {
			wanted = bytes.length < 4 ? LENGTHS_BYTES : 4 + bytes.readUInt32LE(0);
			if (wanted > MESSAGE_MAX_BYTES) throw new RangeError(`A message of ${wanted} bytes is too long`);
			if (bytes.length < wanted) break;
			yield decodeMessage(bytes.subarray(4, wanted));
			bytes = bytes.subarray(wanted);
		}
		waiting = [bytes];
		held = bytes.length;
	}
}

function decodeMessage(bytes: Buffer): ChildMessage {
	const luma = 4 + bytes.readUInt32LE(0);
	const message = JSON.parse(bytes.toString('utf8', 4, luma)) as ChildMessage;
	// Copied out, so that a frame does not keep its neighbours in memory.
	return message.kind === 'picture'
		? ({ ...message, luma: new Uint8Array(bytes.subarray(luma)) } satisfies Picture)
		: message;
}
