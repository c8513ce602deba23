import type { Size, Window } from '../../src/core/frame.ts';
import { seededRandom } from './random.ts';
import { windowOf } from './window.ts';

/** Windows of a scene in which a block walks, one frame after the other; the same for the same seed. */
export function walkingWindows(seed: number, count: number, size: Size, framesPerWindow = 5): Window[] {
	const random = seededRandom(seed);
	const [top, speed, grey] = [random() * size.height * 0.5, 1 + 2 * random(), 120 + 100 * random()];
	const frames = Array.from({ length: count + framesPerWindow - 1 }, (_, t) =>
		Uint8Array.from({ length: size.width * size.height }, (_, index) => {
			const [x, y] = [index % size.width, Math.floor(index / size.width)];
			const left = (speed * t) % size.width;
			const block = x >= left && x < left + 12 && y >= top && y < top + 18;
			return block ? grey + 20 * Math.sin(x - left) : 30 + x + y / 2 + 4 * random();
		}),
	);
	return Array.from({ length: count }, (_, first) => windowOf(frames.slice(first, first + framesPerWindow), size));
}
