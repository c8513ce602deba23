import type { ParameterSets } from './h264.ts';

export interface StreamDescription extends ParameterSets {
	readonly width: number;
	readonly height: number;
	readonly framesPerSecond: number;
}

export const PAYLOAD_TYPE = 96;
export const CLOCK_RATE = 90_000;
/** The stream's own address below the presentation's. */
export const CONTROL = 'stream=0';

/** RFC 4566 and, for the format's parameters, RFC 6184, 8.2.1. Without `stream` a presentation that has no video. */
export function writeSdp(address: string, sessionId: string, stream: StreamDescription | null): string {
	const family = address.includes(':') ? 'IP6' : 'IP4';
	const any = family === 'IP6' ? '::' : '0.0.0.0';
	const lines = [
		'v=0',
		`o=- ${sessionId} 1 IN ${family} ${address}`,
		's=Foreframe simulated camera',
		`c=IN ${family} ${any}`,
		't=0 0',
		'a=control:*',
	];
	if (stream !== null) lines.push(...videoLines(stream));
	return `${lines.join('\r\n')}\r\n`;
}

function videoLines(stream: StreamDescription): string[] {
	const sps = stream.sps[0] ?? new Uint8Array(4);
	const profile = Buffer.from(sps.subarray(1, 4)).toString('hex').toUpperCase();
	const sets = [...stream.sps, ...stream.pps].map((nal) => Buffer.from(nal).toString('base64')).join(',');
	const rate = Number(stream.framesPerSecond.toFixed(3));
	return [
		`m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
		`a=rtpmap:${PAYLOAD_TYPE} H264/${CLOCK_RATE}`,
		`a=fmtp:${PAYLOAD_TYPE} packetization-mode=1; profile-level-id=${profile}; sprop-parameter-sets=${sets}`,
		`a=framerate:${rate}`,
		`a=x-dimensions:${stream.width},${stream.height}`,
		`a=control:${CONTROL}`,
	];
}
