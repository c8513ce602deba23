import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { cameraId } from '../../src/core/units.ts';
import { openSource } from '../../src/ingest/open-source.ts';
import { writeVideo } from '../../src/ingest/simulate/recording.ts';
import { seededNormal, seededRandom } from '../../test/support/random.ts';

export interface RoundsRequest {
	readonly video: string;
	readonly framesPerSecond: number;
	readonly minutes: number;
	readonly seed: number;
}

const SIZE = { width: 384, height: 288 };
/** Noise of this many levels at most, gain up to so much more or less, over so many seconds, bits a second. */
const NOISE_MAX = 4;
const GAIN = 0.06;
const GAIN_SECONDS = [30, 600] as const;
const BITS = [150_000, 600_000] as const;

/** Writes a video anew and anew, each round disturbed in its own way, until there are so many minutes; returns the paths. */
export async function writeRounds(folder: string, name: string, request: RoundsRequest): Promise<string[]> {
	const { framesPerSecond, minutes, seed } = request;
	const frames = await read(request);
	const wanted = minutes * 60 * framesPerSecond;
	const paths: string[] = [];
	for (let written = 0; written < wanted; written += frames.length) {
		const path = join(folder, `${name}-${paths.length}.mkv`);
		const random = seededRandom(seed * 7919 + paths.length);
		const bitsPerSecond = Math.round(BITS[0] + (BITS[1] - BITS[0]) * random());
		const coding = { ...SIZE, framesPerSecond, bitsPerSecond, keyEverySeconds: 2, fullRange: true };
		await writeVideo(path, coding, disturbed(frames, framesPerSecond, random, seed + paths.length));
		paths.push(path);
	}
	return paths;
}

async function read({ video, framesPerSecond }: RoundsRequest): Promise<Uint8Array[]> {
	const source = { kind: 'file', path: video, pace: 'fast', loop: false, engine: 'node-av' } as const;
	await using opened = openSource(
		{ camera: cameraId('rounds'), source, framesPerSecond, size: SIZE },
		{ clock: systemClock, observe: () => {} },
	);
	const frames: Uint8Array[] = [];
	for await (const { luma } of opened.frames(new AbortController().signal)) frames.push(luma.slice());
	if (frames.length === 0) throw new Error(`${video} holds no frames`);
	return frames;
}

async function* disturbed(
	frames: readonly Uint8Array[],
	framesPerSecond: number,
	random: () => number,
	seed: number,
): AsyncGenerator<Uint8Array> {
	const normal = seededNormal(seed);
	// Drawn once: a normal number for each pixel of each frame would take longer than all the rest.
	const noise = Float32Array.from({ length: 1 << 18 }, normal);
	const sigma = NOISE_MAX * random();
	const phase = 2 * Math.PI * random();
	const period = GAIN_SECONDS[0] + (GAIN_SECONDS[1] - GAIN_SECONDS[0]) * random();
	const picture = new Uint8ClampedArray(SIZE.width * SIZE.height * 1.5).fill(128);
	for (const [index, luma] of frames.entries()) {
		const gain = 1 + GAIN * Math.sin(phase + (2 * Math.PI * index) / framesPerSecond / period);
		const from = Math.floor(random() * noise.length);
		for (let pixel = 0; pixel < luma.length; pixel++) {
			picture[pixel] = gain * luma[pixel]! + sigma * noise[(from + pixel) & (noise.length - 1)]!;
		}
		yield new Uint8Array(picture.buffer);
	}
}
