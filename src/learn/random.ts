/** A seeded source of numbers; the same seed gives the same sequence on every machine. */
export interface Random {
	/** In [0,1). */
	uniform(): number;
	/** Whole number in [0, below). */
	integer(below: number): number;
	/** Mean 0, standard deviation 1. */
	normal(): number;
}

/** All that a sequence's further course depends on: four 32-bit numbers. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number];

export interface SeededRandom extends Random {
	state(): RandomState;
}

/** The sfc32 generator (Chris Doty-Humphrey, PractRand), mixed from one 32-bit seed. */
export function seededRandom(seed: number): SeededRandom {
	const random = restoredRandom([seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1]);
	// The first outputs still look like the seed.
	for (let round = 0; round < 16; round++) random.uniform();
	return random;
}

/** Goes on where the sequence with this state was. */
export function restoredRandom(state: RandomState): SeededRandom {
	let [a, b, c, counter] = state;
	const next = (): number => {
		const sum = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (c << 21) | (c >>> 11);
		c = (c + sum) | 0;
		return (sum >>> 0) / 2 ** 32;
	};
	return {
		uniform: next,
		integer: (below) => Math.floor(next() * below),
		// Box and Muller; 1 - u keeps the logarithm finite.
		normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
		state: () => [a, b, c, counter],
	};
}
