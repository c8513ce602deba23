import { openScene } from '../../src/ingest/simulate/scene/scene.ts';
import type { Clip } from '../../src/learn/scene.ts';

/** Clips of the simulated walkway with nothing odd, at times of their own, drawn small. */
export function walkwayClips(count: number, frames: number, framesPerSecond = 10): Clip[] {
	const size = { width: 192, height: 112 };
	const scene = openScene({ ...size, framesPerSecond, seed: 3 });
	return Array.from({ length: count }, (_, clip) => ({
		name: `walkway/${clip + 1}`,
		size,
		frames: Array.from({ length: frames }, (_, index) => {
			const luma = new Uint8Array(size.width * size.height);
			scene.render(clip * 1500 + index, luma);
			return luma;
		}),
	}));
}
