import { range, sizeOf } from '../shape.ts';

/**
 * A convolution of three taps along one axis as few products: outputs = toOutputs · ((taps · weights) ∘ (toProducts · inputs)).
 * Matrices are row-major; the padding, of one element on each side, is in them.
 */
export interface ShortConvolution {
	readonly outputs: number;
	/** How many ways weights and inputs meet; each way one weight meets one number of every tile. */
	readonly ways: number;
	/** Groups of `tiles` that lie side by side: no output of one needs a product of another. */
	readonly blocks: number;
	readonly tiles: number;
	/** `[blocks · ways · tiles, inputs]` */
	readonly toProducts: Float32Array;
	/** `[ways, 3]` */
	readonly taps: readonly (readonly number[])[];
	/** For each block `[outputs / blocks, ways · tiles]`: `[blocks, ...]`. */
	readonly toOutputs: Float32Array;
}

/** One tile: `[ways, reach]`, `[ways, 3]` and `[TILE, ways]`. */
interface Tile {
	readonly toProducts: readonly (readonly number[])[];
	readonly taps: readonly (readonly number[])[];
	readonly toOutputs: readonly (readonly number[])[];
}

/** Outputs of one tile. */
const TILE = 4;
/** Where polynomials are evaluated, infinity besides: small and symmetrical, so that single precision loses one bit or two. */
const POINTS_3 = [0, 0.75, -0.75, 1.5, -1.5];
const POINTS_2 = [0, 1, -1, -2];
/** Tiles of a block at most: larger ones multiply more zeros, smaller ones make smaller matrices. */
const BLOCK_TILES = 4;

/** Six products for four outputs at stride 1 instead of twelve, nine at stride 2. */
export function shortConvolution(inputs: number, stride: 1 | 2): ShortConvolution {
	const tile = stride === 1 ? toomCook(TILE, 3, POINTS_3) : everySecond();
	const outputs = Math.ceil(inputs / stride);
	const all = Math.ceil(outputs / TILE);
	const blocks = outputs % TILE === 0 && all % BLOCK_TILES === 0 ? all / BLOCK_TILES : 1;
	const tiles = all / blocks;
	const ways = tile.taps.length;
	const toProducts = new Float32Array(ways * all * inputs);
	const toOutputs = new Float32Array(outputs * ways * tiles);
	for (const index of range(all))
		for (const way of range(ways)) {
			const [block, place] = [Math.floor(index / tiles), index % tiles];
			const row = (block * ways + way) * tiles + place;
			for (const [offset, factor] of tile.toProducts[way]!.entries()) {
				const input = index * TILE * stride - 1 + offset;
				if (input >= 0 && input < inputs) toProducts[row * inputs + input] = factor;
			}
			for (const offset of range(TILE)) {
				const output = index * TILE + offset;
				if (output < outputs) toOutputs[(output * ways + way) * tiles + place] = tile.toOutputs[offset]![way]!;
			}
		}
	return { outputs, ways, blocks, tiles, toProducts, taps: tile.taps, toOutputs };
}

/**
 * `outputs` of a filter of so many taps, from as many points as it has inputs. The product of two polynomials is evaluation at points,
 * multiplication, interpolation; a filter is the transpose of that (Winograd, 1980; Lavin and Gray, CVPR 2016).
 */
function toomCook(outputs: number, taps: number, points: readonly number[]): Tile {
	const others = (point: number) => points.filter((other) => other !== point);
	const scale = (point: number) => sizeOf(others(point).map((other) => point - other));
	const powers = (point: number, count: number) => range(count).map((power) => point ** power);
	const infinity = (count: number) => range(count).map((power) => (power === count - 1 ? 1 : 0));
	return {
		toProducts: [...points.map((point) => [...withRoots(others(point)), 0]), withRoots(points)],
		taps: [...points.map((point) => powers(point, taps).map((power) => power / scale(point))), infinity(taps)],
		toOutputs: range(outputs).map((output) => [
			...points.map((point) => point ** output),
			output === outputs - 1 ? 1 : 0,
		]),
	};
}

/**
 * Stride 2: the first and last tap see the odd inputs, at stride 1 among themselves, the middle one the even ones.
 * A tile reaches from the odd input before its first even one to the odd one after its last.
 */
function everySecond(): Tile {
	const odd = toomCook(TILE, 2, POINTS_2);
	const reach = 2 * TILE + 1;
	const only = (position: number, count: number) => range(count).map((index) => (index === position ? 1 : 0));
	return {
		toProducts: [
			...odd.toProducts.map((row) => range(reach).map((index) => (index % 2 === 0 ? row[index / 2]! : 0))),
			...range(TILE).map((output) => only(2 * output + 1, reach)),
		],
		taps: [...odd.taps.map(([first, last]) => [first!, 0, last!]), ...range(TILE).map(() => [0, 1, 0])],
		toOutputs: odd.toOutputs.map((row, output) => [...row, ...only(output, TILE)]),
	};
}

/** Coefficients of the polynomial with these roots, lowest power first. */
function withRoots(roots: readonly number[]): number[] {
	return roots.reduce(
		(polynomial, root) =>
			range(polynomial.length + 1).map((i) => (polynomial[i - 1] ?? 0) - root * (polynomial[i] ?? 0)),
		[1],
	);
}
