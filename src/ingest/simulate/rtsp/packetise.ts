import { NAL } from './h264.ts';

export interface RtpPayload {
	readonly bytes: Uint8Array;
	/** On the last packet of an access unit. */
	readonly marker: boolean;
}

/**
 * An access unit as RTP payloads (RFC 6184, packetization-mode 1): neighbours that fit together as STAP-A (5.7.1), what
 * is too long as FU-A (5.8), the rest as it is.
 */
export function packetise(nals: readonly Uint8Array[], maxBytes: number): RtpPayload[] {
	const payloads: Uint8Array[] = [];
	let small: Uint8Array[] = [];
	const flush = () => {
		if (small.length === 1) payloads.push(small[0]!);
		if (small.length > 1) payloads.push(aggregate(small));
		small = [];
	};
	for (const nal of nals) {
		if (aggregatedBytes([...small, nal]) <= maxBytes) {
			small.push(nal);
			continue;
		}
		flush();
		if (nal.length > maxBytes) payloads.push(...fragment(nal, maxBytes));
		else small.push(nal);
	}
	flush();
	return payloads.map((bytes, order) => ({ bytes, marker: order === payloads.length - 1 }));
}

function aggregatedBytes(nals: readonly Uint8Array[]): number {
	return nals.reduce((sum, nal) => sum + 2 + nal.length, 1);
}

function aggregate(nals: readonly Uint8Array[]): Uint8Array {
	const packet = new Uint8Array(aggregatedBytes(nals));
	const importance = Math.max(...nals.map((nal) => nal[0]! & 0x60));
	packet[0] = (forbiddenBit(nals) << 7) | importance | NAL.stapA;
	let at = 1;
	for (const nal of nals) {
		packet[at] = nal.length >> 8;
		packet[at + 1] = nal.length & 0xff;
		packet.set(nal, at + 2);
		at += 2 + nal.length;
	}
	return packet;
}

function forbiddenBit(nals: readonly Uint8Array[]): number {
	return nals.some((nal) => (nal[0]! & 0x80) !== 0) ? 1 : 0;
}

function fragment(nal: Uint8Array, maxBytes: number): Uint8Array[] {
	const header = nal[0]!;
	const packets: Uint8Array[] = [];
	for (let from = 1; from < nal.length; from += maxBytes - 2) {
		const piece = nal.subarray(from, from + maxBytes - 2);
		const packet = new Uint8Array(2 + piece.length);
		const start = from === 1 ? 0x80 : 0;
		const end = from + piece.length === nal.length ? 0x40 : 0;
		packet[0] = (header & 0xe0) | NAL.fuA;
		packet[1] = start | end | (header & 0x1f);
		packet.set(piece, 2);
		packets.push(packet);
	}
	return packets;
}

export interface RtpHeader {
	readonly marker: boolean;
	readonly payloadType: number;
	readonly sequence: number;
	readonly timestamp: number;
	readonly ssrc: number;
}

export const RTP_HEADER_BYTES = 12;

/** RFC 3550, 5.1: version 2, no padding, no extension, no contributing sources. Numbers wrap around. */
export function writeRtpHeader(into: Uint8Array, at: number, header: RtpHeader): void {
	const view = new DataView(into.buffer, into.byteOffset + at, RTP_HEADER_BYTES);
	view.setUint8(0, 0x80);
	view.setUint8(1, (header.marker ? 0x80 : 0) | header.payloadType);
	view.setUint16(2, header.sequence & 0xffff);
	view.setUint32(4, header.timestamp % 0x1_0000_0000);
	view.setUint32(8, header.ssrc);
}
