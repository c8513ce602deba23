import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJpegWriter } from './feed/jpeg.ts';
import { writeMaskPng } from './scene/png.ts';
import { hash } from './scene/random.ts';
import { openScene, type Scene } from './scene/scene.ts';
import { ODDITY_KINDS, type OddityKind, type PlannedOddity } from './scene/schedule.ts';

export interface SceneDatasetOptions {
	readonly seed?: number;
	/** 640×360 unless told. */
	readonly width?: number;
	readonly height?: number;
	/** 10 unless told. */
	readonly framesPerSecond?: number;
	/** 16 normal clips unless told. */
	readonly trainingClips?: number;
	/** 14 clips with one oddity each, the kinds in turn, unless told. */
	readonly testingClips?: number;
	/** 200 unless told; in a test clip a third passes before the oddity begins. */
	readonly framesPerClip?: number;
	readonly signal?: AbortSignal;
	readonly onProgress?: (framesDone: number, frames: number) => void;
}

/**
 * Writes clips of one place at many times of its day, laid out as `training/frames/<clip>/<frame>.jpg`,
 * `testing/frames/…`, `testing/masks/<clip>/<frame>.png` (one bit) and `labels.json` (anomalous ranges, from zero, both
 * ends included, and the same by kind of oddity). The same options write the same pictures.
 */
export async function writeSceneDataset(folder: string, options: SceneDatasetOptions = {}): Promise<void> {
	const { seed = 1, width = 640, height = 360, framesPerSecond = 10 } = options;
	const { trainingClips = 16, testingClips = 14, framesPerClip = 200 } = options;
	const base = { seed, width, height, framesPerSecond };
	using jpeg = await openJpegWriter(width, height);
	const picture = new Uint8Array(width * height * 1.5);
	const total = (trainingClips + testingClips) * framesPerClip;
	let done = 0;
	const writeClip = async (scene: Scene, first: number, frames: string, masks: string | null) => {
		const kinds: OddityKind[][] = [];
		for (const path of masks === null ? [frames] : [frames, masks]) await mkdir(path, { recursive: true });
		for (let frame = 0; frame < framesPerClip; frame++) {
			options.signal?.throwIfAborted();
			const name = String(frame).padStart(3, '0');
			scene.render(first + frame, picture);
			await writeFile(join(frames, `${name}.jpg`), await jpeg.encode(picture));
			if (masks !== null) {
				const mask = writeMaskPng(scene.mask(first + frame), width, height);
				await writeFile(join(masks, `${name}.png`), mask);
				kinds.push(scene.labels(first + frame).oddities.map(({ kind }) => kind));
			}
			done++;
			options.onProgress?.(done, total);
		}
		return kinds;
	};
	// Clips lie apart in time, so that light and people differ; test clips come after the training's.
	const apartSeconds = Math.ceil(framesPerClip / framesPerSecond) + 90;
	const firstOf = (clip: number) => Math.round(clip * apartSeconds * framesPerSecond);
	const normal = openScene(base);
	for (let clip = 0; clip < trainingClips; clip++) {
		await writeClip(normal, firstOf(clip), join(folder, 'training', 'frames', nameOf(clip)), null);
	}
	const clips: Record<string, ClipLabels> = {};
	const plan = planOf(testingClips, trainingClips, apartSeconds, framesPerClip / framesPerSecond, seed);
	const scene = openScene({ ...base, oddities: plan });
	for (let clip = 0; clip < testingClips; clip++) {
		const name = nameOf(clip);
		const frames = join(folder, 'testing', 'frames', name);
		const masks = join(folder, 'testing', 'masks', name);
		clips[name] = labelsOf(await writeClip(scene, firstOf(trainingClips + clip), frames, masks));
	}
	const about = `Simulated walkway, seed ${seed}: anomalous frame ranges, zero-based, both ends included`;
	await writeFile(join(folder, 'labels.json'), `${JSON.stringify({ about, framesPerSecond, clips }, null, 1)}\n`);
}

function nameOf(clip: number): string {
	return String(clip + 1).padStart(2, '0');
}

/** One oddity in each test clip, a third into it give or take a tenth. */
function planOf(
	testingClips: number,
	trainingClips: number,
	apartSeconds: number,
	clipSeconds: number,
	seed: number,
): PlannedOddity[] {
	return Array.from({ length: testingClips }, (_, clip) => {
		const jitter = (hash(seed, 0xda7a, clip) % 1000) / 1000 - 0.5;
		const begins = (trainingClips + clip) * apartSeconds + clipSeconds * (0.33 + 0.2 * jitter);
		const kind = ODDITY_KINDS[clip % ODDITY_KINDS.length]!;
		return { kind, startSeconds: begins, durationSeconds: clipSeconds * 0.45 };
	});
}

interface ClipLabels {
	readonly frames: number;
	readonly anomalous: readonly [number, number][];
	readonly oddities: readonly { readonly kind: OddityKind; readonly frames: readonly [number, number] }[];
}

/** From the oddities that are seen in each picture. */
function labelsOf(kinds: readonly (readonly OddityKind[])[]): ClipLabels {
	return {
		frames: kinds.length,
		anomalous: rangesOf(kinds.map((seen) => seen.length > 0)),
		oddities: ODDITY_KINDS.flatMap((kind) =>
			rangesOf(kinds.map((seen) => seen.includes(kind))).map((frames) => ({ kind, frames })),
		),
	};
}

export function rangesOf(flags: readonly boolean[]): [number, number][] {
	const ranges: [number, number][] = [];
	for (const [frame, flag] of flags.entries()) {
		if (!flag) continue;
		const last = ranges.at(-1);
		if (last !== undefined && last[1] === frame - 1) last[1] = frame;
		else ranges.push([frame, frame]);
	}
	return ranges;
}
