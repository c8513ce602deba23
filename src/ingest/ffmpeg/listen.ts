import type { Interface } from 'node:readline';
import type { FrameDamage, Size } from '../../core/frame.ts';
import type { StreamEvent } from '../engine.ts';
import { readLogLine } from './log.ts';

/** What the log says of a picture. */
export interface LoggedPicture {
	readonly ptsMs: number;
	readonly keyFrame: boolean;
	readonly size: Size;
	readonly sampleAspect: number;
	/** Told since the picture before it. */
	readonly damage: FrameDamage | null;
}

export interface DecoderLog {
	/** What was told of the picture with these times, and of everything up to it; null before the first whole line. */
	about(ptsMs: number): { readonly picture: LoggedPicture | null; readonly events: readonly StreamEvent[] };
	codec(): string;
	/** What the stream says of itself. */
	framesPerSecond(): number | null;
	/** The last complaints. */
	said(): string;
}

const SAID_LINES = 12;
/** Pictures that the log told of and that never came. */
const UNCLAIMED_MAX = 1000;
/** Container times are whole milliseconds. */
const SAME_MS = 1.5;

export function listen(lines: Interface): DecoderLog {
	const said: string[] = [];
	let pictures: LoggedPicture[] = [];
	let events: StreamEvent[] = [];
	let latest: LoggedPicture | null = null;
	let damage: FrameDamage | null = null;
	let codec = 'unknown';
	let framesPerSecond: number | null = null;
	lines.on('line', (line) => {
		const fact = readLogLine(line);
		if (fact === null) return;
		switch (fact.kind) {
			case 'decoded': {
				const { ptsMs, keyFrame, size, sampleAspect } = fact;
				pictures.push({ ptsMs, keyFrame, size, sampleAspect, damage });
				if (pictures.length > UNCLAIMED_MAX) pictures.shift();
				damage = null;
				return;
			}
			case 'codec':
				// The first is the input's, the next the output's.
				if (codec !== 'unknown') return;
				codec = fact.codec;
				framesPerSecond = fact.framesPerSecond;
				return;
			case 'lost':
				damage = 'packets-lost';
				events.push({ kind: 'packets-lost', count: fact.count });
				return;
			case 'damage':
				damage ??= fact.damage;
				if (fact.damage === 'corrupt') events.push({ kind: 'decode-error', detail: 'corrupt picture' });
				return;
			case 'complaint':
				said.push(fact.text);
				if (said.length > SAID_LINES) said.shift();
				return;
			default:
				fact satisfies never;
		}
	});
	return {
		about: (ptsMs) => {
			const place = pictures.findIndex((picture) => Math.abs(picture.ptsMs - ptsMs) <= SAME_MS);
			if (place !== -1) {
				const skipped = pictures.slice(0, place).find((picture) => picture.damage !== null);
				const found = pictures[place]!;
				latest = { ...found, damage: found.damage ?? skipped?.damage ?? null };
				pictures = pictures.slice(place + 1);
			} else if (latest !== null) latest = { ...latest, ptsMs, keyFrame: false, damage: null };
			const told = events;
			events = [];
			return { picture: latest, events: told };
		},
		codec: () => codec,
		framesPerSecond: () => framesPerSecond,
		said: () => said.join('\n'),
	};
}
