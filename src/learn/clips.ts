import type { Size } from '../core/frame.ts';
import { detectorSize } from '../core/frame-size.ts';
import { type Dataset, strideFor } from '../ingest/dataset.ts';
import { imageSize, readImage } from '../ingest/image.ts';
import type { Clip } from './scene.ts';

/**
 * A data set's training clips as luma at the detector's size and at a frame rate. Where the data set has more frames than
 * that, each clip becomes several, so that none is left out.
 * @throws ForeframeError DATASET_INVALID, SOURCE_FAILED
 */
export async function readClips(
	dataset: Dataset,
	framesPerSecond: number,
	signal: AbortSignal,
	progress: (done: number, total: number) => void,
): Promise<Clip[]> {
	return (await Array.fromAsync(clipsOf(dataset, framesPerSecond, signal, progress))).flat();
}

/** The same, clip after clip: what one clip became comes together. */
export async function* clipsOf(
	dataset: Dataset,
	framesPerSecond: number,
	signal: AbortSignal,
	progress: (done: number, total: number) => void,
): AsyncGenerator<readonly Clip[], void, undefined> {
	const stride = strideFor(dataset, framesPerSecond);
	const total = dataset.training.reduce((sum, { pictures }) => sum + pictures.length, 0);
	let done = 0;
	let size: Size | null = null;
	for (const { name, pictures } of dataset.training) {
		const frames: Uint8Array[] = [];
		for (const picture of pictures) {
			signal.throwIfAborted();
			size ??= await sizeFor(picture);
			frames.push(await readImage(picture, size));
			progress(++done, total);
		}
		yield Array.from({ length: stride }, (_, phase) => {
			const taken = frames.filter((_, index) => index % stride === phase);
			return { name, size: size!, frames: taken };
		});
	}
}

async function sizeFor(picture: string): Promise<Size> {
	const { width, height } = await imageSize(picture);
	return detectorSize(width / height);
}
