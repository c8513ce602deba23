import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { ForeframeError } from '../../../core/errors.ts';
import { isReceiverReport } from './rtcp.ts';
import type { PacketSink } from './viewer.ts';

/** Beyond this a TCP client is not sent more before it has caught up. */
const MAX_WAITING_BYTES = 512 * 1024;

/** Packets between the answers on the RTSP connection itself (RFC 2326, 10.12). The connection is not ours to close. */
export function interleavedSink(socket: Socket, rtpChannel: number): PacketSink {
	return {
		send: (kind, packets) => {
			if (packets.length === 0 || socket.destroyed || !socket.writable) return;
			const framed: Uint8Array[] = [];
			for (const packet of packets) {
				const channel = kind === 'rtp' ? rtpChannel : rtpChannel + 1;
				framed.push(Uint8Array.of(0x24, channel, packet.length >> 8, packet.length & 0xff), packet);
			}
			socket.write(Buffer.concat(framed));
		},
		congested: () => socket.writableLength > MAX_WAITING_BYTES,
		[Symbol.asyncDispose]: async () => {},
	};
}

export interface UdpSink extends PacketSink {
	readonly rtpPort: number;
	readonly rtcpPort: number;
}

/**
 * Packets from a pair of ports of its own (RFC 3550, 11) to a client's pair. `onAlive` is told when the client reports.
 * @throws {ForeframeError} LISTEN_FAILED when no pair is free.
 */
export async function openUdpSink(
	local: string,
	client: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number },
	onAlive: () => void,
): Promise<UdpSink> {
	const [rtp, rtcp] = await bindPair(local);
	rtcp.on('message', (packet) => {
		if (isReceiverReport(packet)) onAlive();
	});
	// A client that has gone answers with "port unreachable"; its session ends by its timeout.
	for (const socket of [rtp, rtcp]) socket.on('error', () => {});
	let open = true;
	return {
		rtpPort: rtp.address().port,
		rtcpPort: rtcp.address().port,
		send: (kind, packets) => {
			if (!open) return;
			for (const packet of packets) {
				if (kind === 'rtp') rtp.send(packet, client.rtpPort, client.address, () => {});
				else rtcp.send(packet, client.rtcpPort, client.address, () => {});
			}
		},
		congested: () => rtp.getSendQueueSize() > MAX_WAITING_BYTES,
		[Symbol.asyncDispose]: async () => {
			if (!open) return;
			open = false;
			await Promise.all([rtp, rtcp].map((socket) => new Promise<void>((done) => socket.close(() => done()))));
		},
	};
}

async function bindPair(address: string): Promise<[UdpSocket, UdpSocket]> {
	for (let attempt = 0; attempt < 50; attempt++) {
		const first = await bind(address, 0);
		if (first === null) continue;
		const { port } = first.address();
		const second = port % 2 === 0 ? await bind(address, port + 1) : null;
		if (second !== null) return [first, second];
		first.close();
	}
	throw new ForeframeError('LISTEN_FAILED', `The simulated camera found no free pair of UDP ports on ${address}`);
}

async function bind(address: string, port: number): Promise<UdpSocket | null> {
	const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', sendBufferSize: 1 << 20 });
	try {
		socket.bind(port, address);
		await once(socket, 'listening');
		return socket;
	} catch {
		socket.close();
		return null;
	}
}
