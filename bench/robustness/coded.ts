import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { Frame, Size } from '../../src/core/frame.ts';
import { cameraId } from '../../src/core/units.ts';
import type { Pictures } from '../../src/evaluate/watch-clip.ts';
import type { Clip } from '../../src/ingest/dataset.ts';
import { openSource } from '../../src/ingest/open-source.ts';
import type { SourceOptions } from '../../src/ingest/options.ts';
import { writeVideo } from '../../src/ingest/simulate/recording.ts';
import { spawnSimulatedCamera } from '../../src/ingest/simulate/spawn.ts';

export interface Coding {
	readonly framesPerSecond: number;
	readonly bitsPerSecond: number;
	readonly keyEverySeconds: number;
}

/** What a camera's reader gets of one picture of a clip. */
interface Received {
	readonly luma: Uint8Array;
	readonly damage: Frame['damage'];
}

/** Clips as H.264 of so few bits that every key picture makes a pulse. */
export async function codedPictures(
	files: Pictures,
	clips: readonly Clip[],
	coding: Coding,
	size: Size,
	folder: string,
): Promise<Pictures> {
	const received = new Map<string, Received>();
	for (const clip of clips) {
		const path = await encode(files, clip, coding, folder);
		const frames = await framesOf(
			{ kind: 'file', path, pace: 'fast', loop: false, engine: 'node-av' },
			coding,
			size,
			clip,
		);
		for (const [place, file] of clip.pictures.entries()) {
			const frame = frames[place];
			if (frame === undefined) throw new Error(`${clip.name} came back with ${frames.length} pictures only`);
			received.set(file, { luma: frame.luma, damage: frame.damage });
		}
	}
	return withReceived(files, received, size);
}

/** Clips over real RTP, UDP, of which this share of the packets is lost. What never came counts as damaged. */
export async function lossyPictures(
	files: Pictures,
	clips: readonly Clip[],
	coding: Coding & { readonly lost: number },
	size: Size,
	folder: string,
): Promise<Pictures> {
	const received = new Map<string, Received>();
	// They run at their own pace: all at once, so that it takes no longer than the longest.
	await Promise.all(
		clips.map(async (clip) => {
			const path = await encode(files, clip, coding, folder);
			await using camera = await spawnSimulatedCamera({
				source: { kind: 'video', path },
				misbehaviours: [{ misbehaviour: { kind: 'drop', share: coding.lost }, afterSeconds: 0, forSeconds: null }],
			});
			const source: SourceOptions = {
				kind: 'rtsp',
				url: camera.url,
				transport: 'udp',
				engine: 'node-av',
				timeoutSeconds: 8,
			};
			const frames = await framesOf(source, coding, size, clip);
			const clean = await Promise.all(clip.pictures.map((file) => files.read(file, size)));
			for (const [place, frame] of placed(frames, clean)) {
				received.set(clip.pictures[place]!, { luma: frame.luma, damage: frame.damage });
			}
			for (const [place, file] of clip.pictures.entries()) {
				if (!received.has(file)) received.set(file, { luma: clean[place]!, damage: 'packets-lost' });
			}
		}),
	);
	return withReceived(files, received, size);
}

/**
 * Which picture of the clip each frame is. Nobody says with which key picture a connection begins: the first whole frame of
 * a run is the picture that it is most like, and the run's frames count on from it.
 */
function* placed(frames: readonly Frame[], clean: readonly Uint8Array[]): Generator<[number, Frame]> {
	const begins = new Map<number, number>();
	for (const frame of frames) {
		if (begins.has(frame.run) || frame.damage !== null) continue;
		begins.set(frame.run, mostLike(frame.luma, clean) - frame.index);
	}
	for (const frame of frames) {
		const place = (begins.get(frame.run) ?? Number.NaN) + frame.index;
		if (place >= 0 && place < clean.length) yield [place, frame];
	}
}

function mostLike(luma: Uint8Array, clean: readonly Uint8Array[]): number {
	const apart = clean.map((picture) => {
		let sum = 0;
		for (const [at, level] of picture.entries()) sum += (level - luma[at]!) ** 2;
		return sum;
	});
	return apart.indexOf(Math.min(...apart));
}

async function encode(files: Pictures, clip: Clip, coding: Coding, folder: string): Promise<string> {
	const own = await files.size(clip.pictures[0]!);
	const even = { width: own.width - (own.width % 2), height: own.height - (own.height % 2) };
	const path = join(folder, `${clip.name}-${coding.bitsPerSecond}.mp4`);
	async function* pictures() {
		const picture = new Uint8Array(even.width * even.height * 1.5).fill(128);
		for (const file of clip.pictures) {
			picture.set(await files.read(file, even));
			yield picture;
		}
	}
	await writeVideo(path, { ...even, ...coding, fullRange: true }, pictures());
	return path;
}

async function framesOf(source: SourceOptions, { framesPerSecond }: Coding, size: Size, { pictures }: Clip) {
	await using opened = openSource(
		{ camera: cameraId('robustness'), source, framesPerSecond, size },
		{ clock: systemClock, observe: () => {} },
	);
	const frames: Frame[] = [];
	for await (const frame of opened.frames(new AbortController().signal)) {
		frames.push({ ...frame, luma: frame.luma.slice() });
		if (frames.length >= pictures.length) break;
	}
	return frames;
}

function withReceived(files: Pictures, received: ReadonlyMap<string, Received>, size: Size): Pictures {
	return {
		...files,
		read: async (path, wanted) => {
			const found = received.get(path);
			if (found === undefined) return files.read(path, wanted);
			if (wanted.width !== size.width || wanted.height !== size.height)
				throw new Error(`No picture of that size: ${path}`);
			return found.luma;
		},
		damage: (path) => received.get(path)?.damage ?? null,
	};
}
