import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { abortError } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { frameMaker, hrtimeMs } from './frame-maker.ts';
import { imageSize, readImage } from './image.ts';
import type { ImagesOptions } from './options.ts';
import { openPace } from './pace.ts';
import { scaledSize } from './picture-size.ts';
import type { FrameSource, SourceContext, SourceRequest } from './source.ts';
import { timeBase } from './time-base.ts';

/** A folder of pictures, each taken `1 / framesPerSecond` s after the one before it. */
export function imagesSource(request: SourceRequest, options: ImagesOptions, context: SourceContext): FrameSource {
	const closing = new AbortController();
	return {
		frames: (signal) => show(request, options, context, AbortSignal.any([signal, closing.signal])),
		[Symbol.asyncDispose]: async () => closing.abort(),
	};
}

/**
 * The JPEG and PNG files of a folder in the order of the numbers in their names.
 * @throws ForeframeError SOURCE_FAILED when there are none.
 */
export async function imageFiles(folder: string): Promise<readonly string[]> {
	const names = await readdir(folder).catch((error: unknown) => {
		throw new ForeframeError('SOURCE_FAILED', `Cannot read the folder ${folder}: ${describeError(error)}`);
	});
	const inOrder = new Intl.Collator('en', { numeric: true });
	const images = names.filter((name) => /\.(?:jpe?g|png)$/i.test(name)).sort(inOrder.compare);
	if (images.length === 0) {
		throw new ForeframeError('SOURCE_FAILED', `Cannot find a JPEG or PNG picture in the folder ${folder}`);
	}
	return images.map((name) => join(folder, name));
}

async function* show(
	request: SourceRequest,
	{ path, framesPerSecond: takenPerSecond, pace, loop }: ImagesOptions,
	{ clock, observe }: SourceContext,
	signal: AbortSignal,
): AsyncGenerator<Frame, void, undefined> {
	const { camera, framesPerSecond } = request;
	const files = await imageFiles(path);
	const original = await imageSize(files[0]!);
	const size = scaledSize(request.size, original, 1);
	const maker = frameMaker(camera, clock, observe);
	const timing = openPace(pace, clock);
	observe({ kind: 'camera-connecting', camera, attempt: 1 });
	observe({ kind: 'camera-connected', camera, codec: 'images', ...original, transport: 'folder', downMs: null });
	let round = 0;
	do {
		const due = timeBase(framesPerSecond, takenPerSecond);
		for (const [place, file] of files.entries()) {
			if (signal.aborted) throw abortError(signal);
			const pick = due.take(place / takenPerSecond, size);
			if (pick === null) continue;
			const ptsSeconds = (round * files.length + place) / takenPerSecond;
			const luma = await readImage(file, size);
			const capturedAt = await timing.due(ptsSeconds, signal);
			const arrivedMs = hrtimeMs();
			const startsRun = pick.startsRun === null ? null : round === 0 ? 'connected' : 'the folder begins again';
			const { slots } = pick;
			const picture = {
				kind: 'picture',
				...size,
				ptsSeconds,
				arrivedMs,
				damage: null,
				startsRun,
				slots,
				luma,
			} as const;
			const frames = maker.frames(picture, { capturedAt, arrivedMs });
			observe({ kind: 'frame-received', camera, stage: 'sampled', count: frames.length });
			yield* frames;
		}
		round += 1;
	} while (loop);
	observe({ kind: 'camera-lost', camera, reason: 'ended', detail: `${path} has ended`, retryInMs: null });
}
