import type { Frame, Size, Window } from '../core/frame.ts';
import { type CameraId, monotonicMs, utcMs } from '../core/units.ts';
import type { Clip } from '../ingest/dataset.ts';
import { SlidingWindow } from '../window/sliding-window.ts';

/** Reads picture files; `imageSize`, `readImage` and `readMask` of ingest, but for tests. */
export interface Pictures {
	size(path: string): Promise<Size>;
	/** Luma scaled to `size`. `height * width` */
	read(path: string, size: Size): Promise<Uint8Array>;
	/** Why the picture cannot be trusted, where it cannot; not given, all can. */
	damage?(path: string): Frame['damage'];
	/** 1 where it is not black. `height * width` */
	mask(path: string, size: Size): Promise<Uint8Array>;
}

export interface WatchOptions {
	readonly camera: CameraId;
	/** The clip's run; frames of two clips never meet in a window. */
	readonly run: number;
	readonly size: Size;
	/** Every how many-th picture is taken. */
	readonly stride: number;
	readonly framesPerSecond: number;
	readonly framesPerWindow: number;
	readonly files: Pictures;
}

/** When recordings are said to have been taken: a recording's time is told by its pictures' order only. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
/** Runs are this far apart. */
const RUN_MS = 3_600_000;

export interface WatchedWindow {
	readonly window: Window;
	/** Which picture of the clip its target is. */
	readonly picture: number;
}

/** The clip's windows, as a camera that shows it would give them. */
export async function* watchClip({ pictures }: Clip, options: WatchOptions): AsyncGenerator<WatchedWindow> {
	const { camera, run, size, stride, framesPerSecond, framesPerWindow: frames, files } = options;
	const sliding = new SlidingWindow({ frames, framesPerSecond });
	for (let index = 0; index * stride < pictures.length; index++) {
		const luma = await files.read(pictures[index * stride]!, size);
		const sinceMs = run * RUN_MS + (index * 1000) / framesPerSecond;
		const slide = sliding.push({
			camera,
			run,
			index,
			...size,
			luma,
			capturedAt: utcMs(Math.round(EPOCH_MS + sinceMs)),
			arrivedAt: monotonicMs(sinceMs),
			damage: files.damage?.(pictures[index * stride]!) ?? null,
		});
		if (slide.kind === 'window') yield { window: slide.window, picture: index * stride };
	}
}
