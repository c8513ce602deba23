/** A hash of whole numbers, 0 ≤ h < 2^32: the same keys give the same value for ever, so a scene needs no state. */
export function hash(...keys: readonly number[]): number {
	let state = 0x9e3779b9;
	for (const key of keys) state = mix(state ^ (key | 0)) + 0x6d2b79f5;
	return mix(state);
}

/** A stream of numbers in [0, 1) that begins from `keys`. */
export function randomStream(...keys: readonly number[]): () => number {
	let state = hash(...keys);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		return mix(state) / 0x1_0000_0000;
	};
}

/** Standard normal numbers by Box and Muller's transform. */
export function gaussian(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Smooth noise over the plane, 0..1, with features about one unit wide. */
export function planeNoise(x: number, z: number, key: number): number {
	const column = Math.floor(x);
	const row = Math.floor(z);
	const u = ease(x - column);
	const v = ease(z - row);
	const near = lattice(column, row, key) * (1 - u) + lattice(column + 1, row, key) * u;
	const far = lattice(column, row + 1, key) * (1 - u) + lattice(column + 1, row + 1, key) * u;
	return near * (1 - v) + far * v;
}

function lattice(column: number, row: number, key: number): number {
	return mix(Math.imul(column, 0x27d4eb2f) ^ Math.imul(row, 0x165667b1) ^ key) / 0x1_0000_0000;
}

function ease(share: number): number {
	return share * share * (3 - 2 * share);
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
	let bits = value | 0;
	bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}
