import { seededRandom } from '../../src/learn/random.ts';
import type { Clip } from '../../src/learn/scene.ts';

export const CROSSING = { width: 64, height: 48 };

interface Thing {
	readonly x: number;
	readonly y: number;
	/** Pixels a frame, to the right. */
	readonly speed: number;
	readonly width: number;
	readonly height: number;
	/** At a pixel of it. */
	readonly luma: (x: number, y: number) => number;
}

/** Clips of a place where two or three slender things walk by; the same for the same seed. */
export function walkersCrossing(seed: number, frames: number): Clip {
	return draw(`walkers ${seed}`, frames, walkers(seed));
}

/** The same with a chequered cart, twice as wide and about as fast as the fastest of them. */
export function cartCrossing(seed: number, frames: number): Clip {
	const random = seededRandom(seed);
	const cart = {
		x: random.uniform() * 30,
		y: 5 + random.integer(25),
		speed: 2,
		width: 24,
		height: 14,
		luma: (x: number, y: number) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 230 : 30),
	};
	return draw(`cart ${seed}`, frames, [cart, ...walkers(seed).slice(1)]);
}

function walkers(seed: number): Thing[] {
	const random = seededRandom(seed);
	return [0, 1, 2].map(() => {
		const [base, phase] = [60 + random.integer(80), 6 * random.uniform()];
		return {
			x: 140 * random.uniform(),
			y: random.integer(30),
			speed: (1 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1),
			width: 8,
			height: 18,
			luma: (x: number, y: number) => base + 30 * Math.sin(0.9 * y + 0.5 * x + phase),
		};
	});
}

/** Before a slope from dark to bright; what leaves at one side comes in at the other. */
function draw(name: string, count: number, things: readonly Thing[]): Clip {
	const { width, height } = CROSSING;
	const span = width + 48;
	const frames = Array.from({ length: count }, (_, t) => {
		const picture = Uint8Array.from({ length: width * height }, (_, pixel) => 120 + (pixel % width) / 2);
		for (const thing of things.toReversed()) {
			const left = Math.round((((thing.x + thing.speed * t) % span) + span) % span) - 24;
			for (let y = 0; y < thing.height; y++) {
				for (let x = Math.max(0, -left); x < thing.width && left + x < width; x++) {
					picture[(thing.y + y) * width + left + x] = thing.luma(x, y);
				}
			}
		}
		return picture;
	});
	return { name, size: CROSSING, frames };
}
