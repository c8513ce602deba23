import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Region } from '../../src/core/alarm.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import { standingOptions } from '../../src/detect/standing/options.ts';
import { Standing } from '../../src/detect/standing/standing.ts';
import { openSource } from '../../src/ingest/open-source.ts';
import type { SourceOptions } from '../../src/ingest/options.ts';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import type { Light } from '../../src/ingest/simulate/scene/light.ts';
import { openScene } from '../../src/ingest/simulate/scene/scene.ts';
import type { PlannedOddity } from '../../src/ingest/simulate/scene/schedule.ts';

const SIZE = { width: 256, height: 144 } as const;
const FRAMES_PER_SECOND = 5;
const CAMERA = cameraId('bench');

/** Something that was said, so many seconds after the footage began. */
export interface Sight {
	readonly second: number;
	readonly change: string;
	readonly kind: string;
	readonly number: number;
	readonly region: Region;
}

export interface Watched {
	readonly told: readonly Sight[];
	readonly seconds: number;
	readonly frames: number;
	readonly cpuMs: number;
}

/** Watches footage as a camera is watched, with the usual options but for the time. */
export async function watchAll(footage: AsyncIterable<Frame>, afterSeconds: number): Promise<Watched> {
	const { minimumArea } = standingOptions.parse({});
	let standing: Standing | null = null;
	const told: Sight[] = [];
	let [frames, cpuMicroseconds] = [0, 0];
	for await (const frame of footage) {
		standing ??= new Standing({
			size: { width: frame.width, height: frame.height },
			framesPerSecond: FRAMES_PER_SECOND,
			afterSeconds,
			minimumArea,
			absorbSeconds: afterSeconds + 900,
		});
		const before = process.cpuUsage();
		// Clips are put on end: one time line.
		const changes = standing.look({ ...frame, run: 1, index: frames });
		cpuMicroseconds += process.cpuUsage(before).user;
		const second = frames / FRAMES_PER_SECOND;
		for (const { kind: change, thing } of changes) told.push({ second, change, ...thing });
		frames++;
	}
	return { told, seconds: frames / FRAMES_PER_SECOND, frames, cpuMs: cpuMicroseconds / 1000 };
}

/** The walkway as H.264 and read again. */
export async function* codedWalkway(
	folder: string,
	scene: {
		readonly seed: number;
		readonly bitsPerSecond: number;
		readonly minutes: number;
		readonly startSeconds: number;
		readonly oddities?: readonly PlannedOddity[];
	},
): AsyncGenerator<Frame> {
	const path = join(folder, 'walkway.mkv');
	const coding = { framesPerSecond: FRAMES_PER_SECOND, ...SIZE };
	await writeSceneRecording(path, { kind: 'scene', oddities: 'none', ...coding, ...scene });
	yield* video(path);
}

/** One picture a second of the walkway, as it is drawn; the others are not looked at. */
export async function* drawnWalkway(scene: {
	readonly seed: number;
	readonly seconds: number;
	readonly light?: (second: number) => Light;
}): AsyncGenerator<Frame> {
	const { render } = openScene({ ...SIZE, framesPerSecond: FRAMES_PER_SECOND, seed: scene.seed });
	const luma = new Uint8Array(SIZE.width * SIZE.height);
	for (let second = 0; second < scene.seconds; second++) {
		render(second * FRAMES_PER_SECOND, luma, scene.light?.(second));
		for (let index = 0; index < FRAMES_PER_SECOND; index++) {
			const at = second + index / FRAMES_PER_SECOND;
			const times = { capturedAt: utcMs(at * 1000), arrivedAt: monotonicMs(at * 1000) };
			yield {
				camera: CAMERA,
				run: 1,
				index: second * FRAMES_PER_SECOND + index,
				...times,
				...SIZE,
				luma,
				damage: null,
			};
		}
	}
}

export function video(path: string): AsyncIterable<Frame> {
	return read({ kind: 'file', path, pace: 'fast', loop: false, engine: 'node-av' });
}

/** Folders of pictures, ten a second, one after the other. */
export async function* images(folder: string): AsyncGenerator<Frame> {
	for (const clip of (await readdir(folder)).sort()) {
		yield* read({ kind: 'images', path: join(folder, clip), framesPerSecond: 10, pace: 'fast', loop: false });
	}
}

async function* read(source: SourceOptions): AsyncGenerator<Frame> {
	const request = { camera: CAMERA, source, framesPerSecond: FRAMES_PER_SECOND, size: 'auto' } as const;
	await using opened = openSource(request, { clock: systemClock, observe: () => {} });
	yield* opened.frames(new AbortController().signal);
}
