import type { Size } from '../../src/core/frame.ts';
import type { Pictures } from '../../src/evaluate/watch-clip.ts';
import type { Clip } from '../../src/ingest/dataset.ts';
import { applyEffect } from '../../src/ingest/simulate/effects/lens.ts';
import { seededNormal } from '../../test/support/random.ts';

/** Every picture with its gain up or down by a normal share of this deviation, as hunting exposure does. */
export function gainJitter(files: Pictures, deviation: number): Pictures {
	return changed(files, (luma, _size, path) => {
		const gain = 1 + deviation * seededNormal(seedOf(path))();
		return Uint8ClampedArray.from(luma, (level) => level * gain);
	});
}

/** Noise of this standard deviation in grey levels, new in every picture. */
export function sensorNoise(files: Pictures, deviation: number): Pictures {
	return changed(files, (luma, { width, height }, path) => {
		const noisy = Uint8ClampedArray.from(luma);
		const picture = { luma: noisy, width, height, u: null, v: null };
		applyEffect({ kind: 'noise', deviation }, picture, width, { seconds: 0, index: seedOf(path) });
		return noisy;
	});
}

/** Day until the middle of each clip, then the camera's own infrared lamp. */
export function nightFromTheMiddle(files: Pictures, clips: readonly Clip[]): Pictures {
	const night = new Set(clips.flatMap(({ pictures }) => pictures.slice(pictures.length >> 1)));
	return changed(files, (luma, { width, height }, path) => {
		if (!night.has(path)) return luma;
		const seen = Uint8ClampedArray.from(luma);
		const picture = { luma: seen, width, height, u: null, v: null };
		applyEffect({ kind: 'infrared' }, picture, width, { seconds: 0, index: seedOf(path) });
		return seen;
	});
}

/** Every `times`-th picture alone, as often as it takes: a camera that sends fewer than it was asked for. */
export function fewerPictures(files: Pictures, clips: readonly Clip[], times: number): Pictures {
	const shown = new Map(
		clips.flatMap(({ pictures }) => pictures.map((path, at) => [path, pictures[at - (at % times)]!] as const)),
	);
	return { ...files, read: (path, size) => files.read(shown.get(path) ?? path, size) };
}

function changed(
	files: Pictures,
	change: (luma: Uint8Array, size: Size, path: string) => Uint8Array | Uint8ClampedArray,
): Pictures {
	return {
		...files,
		read: async (path, size) => {
			const { buffer, byteOffset, length } = change(await files.read(path, size), size, path);
			return new Uint8Array(buffer, byteOffset, length);
		},
	};
}

/** The same for the same picture, whatever machine the data set lies on. */
function seedOf(path: string): number {
	const [clip, file] = path.split('/').slice(-2);
	let seed = 17;
	for (const letter of `${clip}/${file}`) seed = (seed * 31 + letter.charCodeAt(0)) % 2_147_483_647;
	return seed;
}
