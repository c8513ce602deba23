/** Seconds between 1900, when NTP's time begins, and 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800;

export interface SenderReport {
	readonly ssrc: number;
	readonly utcMs: number;
	readonly rtpTimestamp: number;
	readonly packets: number;
	readonly octets: number;
}

/** A sender report and the source's canonical name in one compound packet (RFC 3550, 6.1, 6.4.1 and 6.5). */
export function writeSenderReport(report: SenderReport, name: string): Uint8Array {
	const description = writeDescription(report.ssrc, name);
	const packet = new Uint8Array(28 + description.length);
	const view = new DataView(packet.buffer);
	writeHead(view, 0, 0, 200, 28);
	view.setUint32(4, report.ssrc);
	view.setUint32(8, Math.floor(report.utcMs / 1000) + NTP_EPOCH_SECONDS);
	view.setUint32(12, Math.floor(((report.utcMs % 1000) / 1000) * 0x1_0000_0000));
	view.setUint32(16, report.rtpTimestamp % 0x1_0000_0000);
	view.setUint32(20, report.packets % 0x1_0000_0000);
	view.setUint32(24, report.octets % 0x1_0000_0000);
	packet.set(description, 28);
	return packet;
}

/** RFC 3550, 6.6. */
export function writeGoodbye(ssrc: number): Uint8Array {
	const packet = new Uint8Array(8);
	const view = new DataView(packet.buffer);
	writeHead(view, 0, 1, 203, 8);
	view.setUint32(4, ssrc);
	return packet;
}

/** True for what a receiver sends to say that it is still there. */
export function isReceiverReport(packet: Uint8Array): boolean {
	return packet.length >= 8 && packet[0]! >> 6 === 2 && packet[1] === 201;
}

function writeDescription(ssrc: number, name: string): Uint8Array {
	const text = new TextEncoder().encode(name).subarray(0, 255);
	// The item list ends with at least one zero and fills whole words.
	const length = 4 * Math.ceil((8 + 2 + text.length + 1) / 4);
	const packet = new Uint8Array(length);
	const view = new DataView(packet.buffer);
	writeHead(view, 0, 1, 202, length);
	view.setUint32(4, ssrc);
	packet[8] = 1;
	packet[9] = text.length;
	packet.set(text, 10);
	return packet;
}

function writeHead(view: DataView, at: number, count: number, type: number, bytes: number): void {
	view.setUint8(at, 0x80 | count);
	view.setUint8(at + 1, type);
	view.setUint16(at + 2, bytes / 4 - 1);
}
