import { hash } from './random.ts';

/** The light of a moment, as factors of the reference light. */
export interface Light {
	readonly sky: number;
	readonly sun: number;
}

/** At night under the camera's own lamp: nothing throws a shadow that the camera would see. */
export const NIGHT: Light = { sky: 1.4, sun: 0 };

/** Clouds pass over minutes: slow waves whose periods share no beat, and no jump anywhere. */
export function lightAt(seconds: number, seed: number): Light {
	const wave = (period: number, key: number) =>
		Math.sin((2 * Math.PI * seconds) / period + (hash(seed, 0x119, key) & 0xffff) / 10_430);
	const cloud = 0.5 * wave(131, 1) + 0.3 * wave(197, 2) + 0.35 * wave(409, 3);
	const clear = 1 / (1 + Math.exp(-3 * (cloud + 0.15)));
	return { sky: 1.06 - 0.08 * clear + 0.02 * wave(613, 4), sun: 0.5 + 0.5 * clear };
}
