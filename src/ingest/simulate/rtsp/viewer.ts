import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';
import type { AccessUnit } from '../feed/feed.ts';
import type { Manners } from '../misbehaviour.ts';
import { RTP_HEADER_BYTES, type RtpPayload, writeRtpHeader } from './packetise.ts';
import { writeGoodbye, writeSenderReport } from './rtcp.ts';
import { CLOCK_RATE, PAYLOAD_TYPE } from './sdp.ts';

/** The way packets take to one client. */
export interface PacketSink extends AsyncDisposable {
	send(kind: 'rtp' | 'rtcp', packets: readonly Uint8Array[]): void;
	/** More is waiting for the client than may wait. */
	congested(): boolean;
}

/** One client's view of the stream: its own sequence numbers, timestamps and place to begin. */
export interface Viewer extends AsyncDisposable {
	readonly ssrc: number;
	readonly nextSequence: number;
	readonly playing: boolean;
	play(): void;
	pause(): void;
	/** What comes next is not decodable before a key unit. */
	waitForKey(): void;
	deliver(unit: AccessUnit, payloads: readonly RtpPayload[], manners: Manners): void;
}

const REPORT_EVERY_MS = 5000;

/** `onCongestion` is told once each time the client's view is cut because it does not take what it is sent. */
export function openViewer(sink: PacketSink, clock: Clock, random: () => number, onCongestion: () => void): Viewer {
	const start = randomBytes(10);
	const ssrc = start.readUInt32BE(0);
	const timestampOffset = start.readUInt32BE(4);
	let sequence = start.readUInt16BE(8);
	let packets = 0;
	let octets = 0;
	let playing = false;
	let keyAwaited = true;
	let reportDueMs = -Infinity;
	const report = (timestamp: number) => {
		const now = clock.monotonicNow();
		if (now < reportDueMs) return;
		reportDueMs = now + REPORT_EVERY_MS;
		const utcMs = clock.utcNow();
		sink.send('rtcp', [writeSenderReport({ ssrc, utcMs, rtpTimestamp: timestamp, packets, octets }, 'foreframe')]);
	};
	return {
		ssrc,
		get nextSequence() {
			return sequence;
		},
		get playing() {
			return playing;
		},
		play: () => {
			playing = true;
			keyAwaited = true;
		},
		pause: () => {
			playing = false;
		},
		waitForKey: () => {
			keyAwaited = true;
		},
		deliver: (unit, payloads, manners) => {
			if (!playing || (keyAwaited && !unit.key)) return;
			if (sink.congested()) {
				if (!keyAwaited) onCongestion();
				keyAwaited = true;
				return;
			}
			keyAwaited = false;
			const jumped = Math.round(manners.jumpSeconds * CLOCK_RATE);
			const timestamp = modulo(timestampOffset + unit.time90k + jumped, 0x1_0000_0000);
			const sent: Uint8Array[] = [];
			for (const { bytes, marker } of payloads) {
				const packet = new Uint8Array(RTP_HEADER_BYTES + bytes.length);
				writeRtpHeader(packet, 0, { marker, payloadType: PAYLOAD_TYPE, sequence, timestamp, ssrc });
				packet.set(bytes, RTP_HEADER_BYTES);
				sequence = (sequence + 1) & 0xffff;
				packets++;
				octets += bytes.length;
				if (manners.dropShare === 0 || random() >= manners.dropShare) sent.push(packet);
			}
			sink.send('rtp', sent);
			report(timestamp);
		},
		[Symbol.asyncDispose]: async () => {
			if (playing) sink.send('rtcp', [writeGoodbye(ssrc)]);
			playing = false;
			await sink[Symbol.asyncDispose]();
		},
	};
}

function modulo(value: number, by: number): number {
	return ((value % by) + by) % by;
}
