import type { Channel } from '../../src/core/prediction.ts';
import { rawScore, utcMs } from '../../src/core/units.ts';
import type { CalibrationRequest } from '../../src/score/calibrate.ts';
import { type Footage, type FootageWindow, footageOf } from '../../src/score/footage.ts';
import { seededNormal } from './random.ts';

export const DRAWN_FPS = 5;
export const DRAWN_CHANNELS = ['patch', 'regular'] as const satisfies readonly Channel[];

export interface DrawnOptions {
	readonly hours: number;
	readonly seed: number;
	/** The raw scores of the window at an hour are so many times as large. */
	readonly factorAt?: (hour: number) => number;
	readonly run?: number;
}

/** Raw scores of a known law: two log-normal channels that go along with each other in part, correlated in time by .9. */
export function* drawnWindows({ hours, seed, factorAt = () => 1, run = 1 }: DrawnOptions): Generator<FootageWindow> {
	const normal = seededNormal(seed);
	const keep = 0.9;
	const fresh = Math.sqrt(1 - keep ** 2);
	let [a, b] = [normal(), normal()];
	for (let index = 0; index < hours * 3600 * DRAWN_FPS; index++) {
		a = keep * a + fresh * normal();
		b = keep * b + fresh * normal();
		const factor = factorAt(index / 3600 / DRAWN_FPS);
		const channels = new Map<Channel, ReturnType<typeof rawScore>>([
			['patch', rawScore(factor * 0.01 * Math.exp(0.5 * a))],
			['regular', rawScore(factor * 0.02 * Math.exp(0.4 * b + 0.2 * a))],
		]);
		yield { run, index, capturedAt: utcMs(1e12 + index * 200), channels };
	}
}

export function drawnFootage(options: DrawnOptions): Footage {
	return footageOf([...drawnWindows(options)], DRAWN_CHANNELS);
}

export function drawnRequest(footage: Footage): CalibrationRequest {
	return {
		footage,
		framesPerSecond: DRAWN_FPS,
		size: { width: 256, height: 144 },
		model: { id: 'test', version: '1' },
		smoothing: 0.3,
		mask: null,
		weights: new Map(DRAWN_CHANNELS.map((channel) => [channel, 1])),
		source: 'drawn',
		memory: null,
	};
}
