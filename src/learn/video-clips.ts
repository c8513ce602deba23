import { basename } from 'node:path';
import { systemClock } from '../core/clock.ts';
import type { Frame, Size } from '../core/frame.ts';
import { cameraId } from '../core/units.ts';
import { openSource } from '../ingest/open-source.ts';
import { laterPart } from './hold-out.ts';
import type { Clip } from './scene.ts';

/** Consecutive sound frames of a video, few enough to be left out as a whole. */
export interface VideoPart {
	/** Frames before it, those of other parts and broken ones included. */
	readonly start: number;
	/** Whether it goes on where the part before ended. */
	readonly goesOn: boolean;
	readonly clips: readonly [Clip];
}

const PART_FRAMES = 256;

/**
 * Reads a video file as the daemon would, as fast as that goes.
 * @throws ForeframeError SOURCE_FAILED
 */
export async function* videoParts(
	path: string,
	{ framesPerSecond, size }: { readonly framesPerSecond: number; readonly size: Size | 'auto' },
	signal: AbortSignal,
	progress: (frames: number) => void,
): AsyncGenerator<VideoPart, void, undefined> {
	const source = { kind: 'file', path, pace: 'fast', loop: false, engine: 'node-av' } as const;
	await using opened = openSource(
		{ camera: cameraId('video'), source, framesPerSecond, size },
		{ clock: systemClock, observe: () => {} },
	);
	let open: Frame[] = [];
	let start = 0;
	let goesOn = false;
	let read = 0;
	const part = (): VideoPart => {
		const { width, height } = open[0]!;
		const frames = open.map(({ luma }) => luma);
		return { start, goesOn, clips: [{ name: basename(path), size: { width, height }, frames }] };
	};
	for await (const frame of opened.frames(signal)) {
		const last = open.at(-1);
		const follows = last !== undefined && frame.run === last.run && frame.damage === null;
		if (last !== undefined && (!follows || open.length === PART_FRAMES)) {
			yield part();
			open = [];
			goesOn = follows;
		}
		if (frame.damage === null) {
			if (open.length === 0) start = read;
			open.push(frame);
		} else goesOn = false;
		progress(++read);
	}
	if (open.length > 0) yield part();
}

/** Parts that go on from each other as one clip, named after when it begins. */
export function joinParts(parts: readonly VideoPart[], framesPerSecond: number): Clip[] {
	const clips: { readonly start: number; readonly clip: Clip; readonly frames: Uint8Array[] }[] = [];
	for (const {
		start,
		goesOn,
		clips: [clip],
	} of parts) {
		const before = clips.at(-1);
		if (before !== undefined && goesOn && before.start + before.frames.length === start) {
			before.frames.push(...clip.frames);
		} else clips.push({ start, clip, frames: [...clip.frames] });
	}
	return clips.map(({ start, clip, frames }) => {
		const name = start === 0 ? clip.name : laterPart(clip.name, start / framesPerSecond);
		return { ...clip, name, frames };
	});
}
