import { paintOf } from './colour.ts';
import { PLAN, SHADOW } from './ground-plan.ts';
import { hash, planeNoise } from './random.ts';
import type { View } from './view.ts';

/** Everything that stands still, split by the light that falls on it. */
export interface Backdrop {
	/** Luma under the sky's light alone, row after row. */
	readonly sky: Float32Array;
	/** Luma the sun adds where nothing is in its way. */
	readonly sun: Float32Array;
	/** How much of the sun reaches the place, 0..1. */
	readonly sunlit: Float32Array;
	/** Chroma at half size. */
	readonly u: Uint8ClampedArray;
	readonly v: Uint8ClampedArray;
}

/** Light at the reference time, as shares of a surface's own brightness. */
export const LIGHT = { sky: 0.5, sun: 0.62 } as const;

type Rgb = readonly [number, number, number];
interface Surface {
	readonly colour: Rgb;
	readonly sunlit: number;
}

/** Samples each pixel four times: paving lines are thinner than a pixel further away. */
export function paintBackdrop(view: View, seed: number): Backdrop {
	const { width, height } = view;
	const pixels = width * height;
	const sky = new Float32Array(pixels);
	const sun = new Float32Array(pixels);
	const sunlit = new Float32Array(pixels);
	const sumU = new Float32Array(pixels / 4);
	const sumV = new Float32Array(pixels / 4);
	const trees = treesOf(view, seed);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			const at = row * width + column;
			const half = (row >> 1) * (width >> 1) + (column >> 1);
			const fall = vignette(column / width - 0.5, row / height - 0.5);
			for (const [dx, dy] of SAMPLES) {
				const surface = look(view, column + dx, row + dy, seed, trees);
				const paint = paintOf(...surface.colour);
				sky[at]! += (paint.y * LIGHT.sky * fall) / 4;
				sun[at]! += (paint.y * LIGHT.sun * surface.sunlit * fall) / 4;
				sunlit[at]! += surface.sunlit / 4;
				sumU[half]! += (paint.u - 128) / 16;
				sumV[half]! += (paint.v - 128) / 16;
			}
		}
	}
	const chroma = (sum: Float32Array) => Uint8ClampedArray.from(sum, (value) => 128 + 0.85 * value);
	return { sky, sun, sunlit, u: chroma(sumU), v: chroma(sumV) };
}

const SAMPLES = [
	[0.12, 0.37],
	[0.63, 0.12],
	[0.37, 0.88],
	[0.88, 0.63],
] as const;

function vignette(x: number, y: number): number {
	return 1 - 0.35 * (x * x + y * y);
}

function look(view: View, column: number, row: number, seed: number, trees: readonly Tree[]): Surface {
	const ray = view.ray(column, row);
	const { eye } = view;
	const toWall = (PLAN.building.z - eye.z) / ray.z;
	const toGround = ray.y < 0 ? -eye.y / ray.y : Infinity;
	const wallFirst = toWall < toGround;
	const distance = Math.min(toWall, toGround);
	for (const tree of trees) {
		const leaf = tree.depth < distance ? canopy(tree, column, row, view, seed) : null;
		if (leaf !== null) return leaf;
	}
	if (wallFirst) return wall(eye.x + ray.x * toWall, eye.y + ray.y * toWall, seed);
	const x = eye.x + ray.x * toGround;
	const z = eye.z + ray.z * toGround;
	return { colour: groundColour(x, z, toGround / view.width, seed), sunlit: groundSun(x, z, seed, trees) };
}

function groundColour(x: number, z: number, metresPerPixel: number, seed: number): Rgb {
	const { walkway, oneWay, doorPath, plaza } = PLAN;
	const wear = 0.9 + 0.2 * planeNoise(x / 3, z / 3, seed) + 0.06 * (planeNoise(x * 5, z * 5, seed + 1) - 0.5);
	const onDoorPath = x > doorPath.left && x < doorPath.right && z > oneWay.far;
	if (z > walkway.near && z < walkway.far) return tint(slabs(x, z, 0.8, metresPerPixel, seed), wear);
	if (z > oneWay.near && z < oneWay.far) return tint(lane(x, z, seed), wear);
	if (z >= walkway.far && z <= oneWay.near) return tint([0.5, 0.49, 0.47], wear);
	if (onDoorPath || z > plaza.near) return tint(slabs(x, z, 1.2, metresPerPixel, seed + 7), wear);
	const kerb = 0.22;
	const byWalkway = Math.abs(z - walkway.near + kerb / 2) < kerb / 2 || Math.abs(z - oneWay.far - kerb / 2) < kerb / 2;
	const byPath = z > oneWay.far && (Math.abs(x - doorPath.left) < kerb || Math.abs(x - doorPath.right) < kerb);
	if (byWalkway || byPath) return tint([0.64, 0.63, 0.6], wear);
	return grass(x, z, seed);
}

function tint(colour: Rgb, factor: number): Rgb {
	return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** Paving in rows that are shifted by half a slab; each slab has its own shade. */
function slabs(x: number, z: number, size: number, metresPerPixel: number, seed: number): Rgb {
	const row = Math.floor(z / size);
	const shifted = x / size + (row & 1) * 0.5;
	const column = Math.floor(shifted);
	const own = 0.94 + 0.12 * ((hash(seed, row, column) & 0xff) / 255);
	const toEdge = size * Math.min(shifted - column, 1 - (shifted - column), z / size - row, 1 - (z / size - row));
	const joint = 0.018;
	const softness = Math.max(metresPerPixel * 1.2, 0.01);
	const dark = Math.min(1, Math.max(0, (joint + softness - toEdge) / softness)) * Math.min(1, joint / softness);
	return tint([0.6, 0.575, 0.53], own * (1 - 0.3 * dark));
}

/** Asphalt with white edge lines and an arrow towards +x every six metres. */
function lane(x: number, z: number, seed: number): Rgb {
	const { near, far } = PLAN.oneWay;
	const grain = 0.92 + 0.16 * planeNoise(x * 14, z * 14, seed + 3);
	const edge = Math.min(z - near - 0.12, far - 0.12 - z);
	const middle = (near + far) / 2;
	const along = (((x % 6) + 6) % 6) - 2;
	const across = Math.abs(z - middle);
	const shaft = along > 0 && along < 1.1 && across < 0.11;
	const head = along >= 1.1 && along < 1.9 && across < 0.45 * (1 - (along - 1.1) / 0.8);
	const worn = planeNoise(x * 3, z * 3, seed + 4) > 0.25;
	if ((shaft || head || (edge > 0 && edge < 0.1)) && worn) return tint([0.76, 0.76, 0.73], grain);
	return tint([0.335, 0.335, 0.345], grain);
}

function grass(x: number, z: number, seed: number): Rgb {
	const broad = planeNoise(x / 4, z / 4, seed + 11);
	const clumps = planeNoise(x * 1.7, z * 1.7, seed + 12);
	const blades = planeNoise(x * 9, z * 9, seed + 13);
	const fine = planeNoise(x * 23, z * 17, seed + 14);
	const shade = 0.68 + 0.2 * broad + 0.16 * clumps + 0.14 * blades + 0.12 * fine;
	const dry = 0.12 * Math.max(0, broad - 0.45);
	return [(0.3 + dry) * shade, 0.405 * shade, 0.19 * shade];
}

/** The building's front: plaster, rows of windows, a door where the path ends. */
function wall(x: number, y: number, seed: number): Surface {
	const sunlit = 0.25;
	const { left, right } = PLAN.doorPath;
	if (y < 0.7) return { colour: [0.34, 0.33, 0.33], sunlit };
	if (x > left + 0.5 && x < right - 0.5 && y < 3) {
		const leaf = Math.abs(x - (left + right) / 2) < 0.06 || y > 2.85;
		return { colour: leaf ? [0.4, 0.36, 0.32] : [0.13, 0.15, 0.17], sunlit: 0.1 };
	}
	const column = ((x % 3.1) + 3.1) % 3.1;
	const floor = (y - 1.1) % 3.4;
	if (column > 0.7 && column < 2.4 && floor > 0 && floor < 1.9) {
		const frame = column < 0.8 || column > 2.3 || floor < 0.1 || floor > 1.8 || Math.abs(column - 1.55) < 0.05;
		const blind = (hash(seed, Math.floor(x / 3.1), Math.floor((y - 1.1) / 3.4)) & 3) === 0;
		const pane: Rgb = blind ? [0.6, 0.58, 0.53] : [0.17 + 0.03 * floor, 0.2 + 0.03 * floor, 0.23 + 0.04 * floor];
		return { colour: frame ? [0.72, 0.71, 0.68] : pane, sunlit };
	}
	const stain = 0.92 + 0.12 * planeNoise(x / 2, y / 1.2, seed + 21) + 0.04 * planeNoise(x * 8, y * 8, seed + 22);
	return { colour: tint([0.62, 0.52, 0.43], stain), sunlit };
}

interface Tree {
	readonly x: number;
	readonly z: number;
	readonly crown: number;
	readonly radius: number;
	/** Along the optical axis; infinite for a tree beside the picture, of which only the shadow is seen. */
	readonly depth: number;
}

function treesOf(view: View, seed: number): Tree[] {
	const jitter = (key: number) => ((hash(seed, key) & 0xff) / 255 - 0.5) * 1.5;
	const tree = (x: number, z: number, crown: number, radius: number): Tree => ({
		x: x + jitter(x + 50),
		z,
		crown,
		radius,
		depth: view.project(x, 0, z).depth,
	});
	return [
		tree(-6.5, 27, 5, 2.6),
		tree(1.5, 29, 5.4, 2.4),
		tree(20, 27.5, 5.2, 2.8),
		{ ...tree(-13.5, 16, 7, 4.4), depth: Infinity },
	];
}

/** Leaves and trunk as the picture shows them: lumps whose edge is frayed by noise. */
function canopy(tree: Tree, column: number, row: number, view: View, seed: number): Surface | null {
	const centre = view.project(tree.x, tree.crown, tree.z);
	const size = tree.radius * centre.pixelsPerMetre;
	const dx = (column - centre.column) / size;
	const dy = (row - centre.row) / size;
	if (Math.abs(dx) > 1.4 || dy > 3.2 || dy < -1.4) return null;
	const lumps = planeNoise(dx * 3.2 + tree.x, dy * 3.2, seed + 31);
	const leaves = planeNoise(dx * 12 + tree.x, dy * 12, seed + 32);
	const fine = planeNoise(dx * 30 + tree.x, dy * 30, seed + 33);
	if (dx * dx * 0.85 + dy * dy < 0.55 + 0.5 * lumps + 0.25 * (leaves - 0.5)) {
		const shade = 0.55 + 0.35 * leaves + 0.25 * fine + 0.15 * lumps;
		const lit = Math.min(1, Math.max(0, 0.55 - 0.5 * dx - 0.55 * dy + 0.7 * (lumps - 0.5)));
		return { colour: [0.2 * shade, 0.29 * shade, 0.12 * shade], sunlit: lit };
	}
	const foot = view.project(tree.x, 0, tree.z);
	const trunk = 0.17 * foot.pixelsPerMetre;
	if (dy > 0 && row < foot.row && Math.abs(column - foot.column) < trunk) {
		const side = (column - foot.column) / trunk;
		return { colour: [0.25 - 0.06 * side, 0.2 - 0.05 * side, 0.15 - 0.04 * side], sunlit: 0.4 - 0.4 * side };
	}
	return null;
}

/** The shadows of what stands still: the building's straight edge and the trees' dapple. */
function groundSun(x: number, z: number, seed: number, trees: readonly Tree[]): number {
	const reach = PLAN.building.z + SHADOW.z * PLAN.building.height;
	let light = Math.min(1, Math.max(0.06, (reach - z) / 0.5));
	for (const tree of trees) {
		const dx = (x - tree.x - SHADOW.x * tree.crown) / tree.radius;
		const dz = (z - tree.z - SHADOW.z * tree.crown) / (tree.radius * 0.8);
		if (Math.abs(dx) > 1.5 || Math.abs(dz) > 1.5) continue;
		const frayed = dx * dx + dz * dz - 0.45 * planeNoise(x * 0.9, z * 0.9, seed + 41) + 0.15;
		const dapple = planeNoise(x * 2.6, z * 2.6, seed + 42) > 0.7 ? 0.45 : 0;
		const shade = Math.min(1, Math.max(0, (1 - frayed) / 0.25));
		light = Math.min(light, 1 - shade * (0.9 - dapple));
	}
	return light;
}
