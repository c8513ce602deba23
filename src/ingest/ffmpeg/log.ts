import type { FrameDamage, Size } from '../../core/frame.ts';
import { lostPackets } from '../log-lines.ts';

/** What a line of the program's log says. */
export type LogFact =
	/** A picture left the decoder; lines about its damage come before it. */
	| {
			readonly kind: 'decoded';
			readonly ptsMs: number;
			readonly keyFrame: boolean;
			readonly size: Size;
			readonly sampleAspect: number;
	  }
	| { readonly kind: 'codec'; readonly codec: string; readonly framesPerSecond: number | null }
	| { readonly kind: 'lost'; readonly count: number }
	| { readonly kind: 'damage'; readonly damage: FrameDamage }
	| { readonly kind: 'complaint'; readonly text: string };

const SHOWINFO = /pts_time:(-?[\d.]+) .*\bsar:(\d+)\/(\d+) s:(\d+)x(\d+) .*\biskey:([01])/;
const CODEC = /Stream #0:\d+.*: Video: (\w+)(?:.*, ([\d.]+) fps)?/;
const CONCEALED = /concealing \d+ DC/;
const CORRUPT = /corrupt decoded frame|error while decoding|Error submitting .* decode|decode_slice_header error/i;
const COMPLAINT = /\[(?:warning|error|fatal|panic)\]/;

/** null: of no interest. Lines as `-loglevel level+info` writes them, FFmpeg 5.1 to 8. */
export function readLogLine(line: string): LogFact | null {
	const shown = SHOWINFO.exec(line);
	if (shown !== null) {
		const [, time, num, den, width, height, key] = shown;
		return {
			kind: 'decoded',
			ptsMs: Number(time) * 1000,
			keyFrame: key === '1',
			size: { width: Number(width), height: Number(height) },
			sampleAspect: Number(num) / Number(den),
		};
	}
	const count = lostPackets(line);
	if (count > 0) return { kind: 'lost', count };
	if (CONCEALED.test(line)) return { kind: 'damage', damage: 'concealed' };
	if (CORRUPT.test(line)) return { kind: 'damage', damage: 'corrupt' };
	const stream = CODEC.exec(line);
	if (stream?.[1] !== undefined) {
		const rate = Number(stream[2]);
		return { kind: 'codec', codec: stream[1], framesPerSecond: rate >= 0.2 && rate <= 240 ? rate : null };
	}
	return COMPLAINT.test(line)
		? { kind: 'complaint', text: line.replaceAll(/\[(?:\w+|[^\]]* @ 0x[0-9a-f]+)\]\s*/g, '') }
		: null;
}
