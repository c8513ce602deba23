/** Fills a new parameter of this shape; `random` gives uniform numbers in [0, 1). */
export type Initialiser = (shape: readonly number[], random: () => number) => Float32Array;

export function zeros(): Initialiser {
	return constantly(0);
}

export function ones(): Initialiser {
	return constantly(1);
}

export function constantly(value: number): Initialiser {
	return (shape) => new Float32Array(elements(shape)).fill(value);
}

export function uniform(low: number, high: number): Initialiser {
	return (shape, random) => Float32Array.from({ length: elements(shape) }, () => low + (high - low) * random());
}

export function normal(deviation: number): Initialiser {
	return (shape, random) => Float32Array.from({ length: elements(shape) }, () => deviation * gaussian(random));
}

/**
 * He et al., ICCV 2015: normal with variance gain²/fan-in, for weights `[out, in, ...kernel]`. For a transposed
 * convolution, whose weights are `[in, out, ...kernel]`, pass the fan-in.
 */
export function heNormal({ gain = Math.SQRT2, fanIn }: { gain?: number; fanIn?: number } = {}): Initialiser {
	return (shape, random) => normal(gain / Math.sqrt(fanIn ?? elements(shape.slice(1))))(shape, random);
}

/** A stream of uniform numbers in [0, 1) that depends on the seed and the name only (mulberry32 over an FNV-1a hash). */
export function randomFor(seed: number, name: string): () => number {
	let state = (0x811c9dc5 ^ seed) >>> 0;
	for (let index = 0; index < name.length; index++) state = Math.imul(state ^ name.charCodeAt(index), 0x01000193) >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function gaussian(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function elements(shape: readonly number[]): number {
	return shape.reduce((product, extent) => product * extent, 1);
}
