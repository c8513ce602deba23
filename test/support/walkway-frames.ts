import { type Light, lightAt } from '../../src/ingest/simulate/scene/light.ts';
import { openScene } from '../../src/ingest/simulate/scene/scene.ts';
import { operate } from '../../src/learn/surgery.ts';
import { FRAMES_PER_SECOND, SIZE } from './watched-camera.ts';

/** The simulated walkway, drawn at the detector's size. */
export interface Footage {
	/** The picture at a time of its day. */
	at(index: number, light?: Light): Uint8Array;
	/** The light of its day at that time, brighter by factors. */
	lightAt(index: number, sky: number, sun: number): Light;
}

export function openFootage(seed: number): Footage {
	const scene = openScene({ ...SIZE, framesPerSecond: FRAMES_PER_SECOND, seed });
	return {
		at: (index, light) => {
			const luma = new Uint8Array(SIZE.width * SIZE.height);
			scene.render(index, luma, light);
			return luma;
		},
		lightAt: (index, sky, sun) => {
			const light = lightAt(index / FRAMES_PER_SECOND, seed);
			return { sky: light.sky * sky, sun: light.sun * sun };
		},
	};
}

const SPOT = { width: 60, height: 50, luma: 60, pixelsPerFrame: 8 } as const;
const MARGIN = 8;

/**
 * A soft spot of light, about 30 pixels across, that sweeps to and fro at the lower edge, as of a torch or a lamp that swings: so
 * smooth that it is predicted nearly as well as the rest of the picture, and unlike anything that moves there.
 */
export function withSpot(picture: Uint8Array, index: number): Uint8Array {
	const { width, height, luma, pixelsPerFrame } = SPOT;
	const span = SIZE.width - width - 2 * MARGIN;
	const way = (index * pixelsPerFrame) % (2 * span);
	const x = MARGIN + (way < span ? way : 2 * span - way);
	const y = SIZE.height - height - MARGIN;
	const alpha = Float32Array.from({ length: width * height }, (_, pixel) => {
		const across = ((pixel % width) - width / 2) / (width / 4);
		const down = (Math.floor(pixel / width) - height / 2) / (height / 4);
		return Math.exp(-(across ** 2 + down ** 2) / 2);
	});
	const lit = Float32Array.from(
		alpha,
		(_, pixel) => picture[(y + Math.floor(pixel / width)) * SIZE.width + x + (pixel % width)]! + luma,
	);
	return operate([picture], SIZE, [{ x, y, width, height, luma: lit, alpha }]).frames[0]!;
}
