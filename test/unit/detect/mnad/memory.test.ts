import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
	lookUp,
	type Memory,
	nearestDistance,
	read,
	updateCode,
	updateOnline,
	updatePaper,
} from '../../../../src/detect/mnad/memory.ts';
import { Graph, type Tensor, transpose } from '../../../../src/nn/nn.ts';
import { runGraph } from '../../../support/run-graph.ts';

interface GoldenCase {
	readonly shape: { N: number; C: number; H: number; W: number; M: number };
	readonly features: number[];
	readonly memory: number[];
	readonly read: number[];
	readonly update: number[];
	readonly testUpdate: number[];
	readonly testCompactness: number;
	readonly nearest: number[];
}

const golden: { cases: GoldenCase[] } = JSON.parse(readFileSync('fixtures/golden/mnad-memory.json', 'utf8'));

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
	assert.equal(actual.length, expected.length);
	let worst = 0;
	for (let index = 0; index < expected.length; index++) {
		worst = Math.max(worst, Math.abs(actual[index]! - expected[index]!));
	}
	assert.ok(worst <= tolerance, `largest difference ${worst}, tolerance ${tolerance}`);
}

/** Runs `build` on a memory of the given features `[B, C, H, W]` and items `[B, M, C]`. */
async function onMemory(
	features: { data: number[]; shape: number[] },
	items: { data: number[]; shape: number[] },
	build: (memory: Memory, graph: Graph) => Record<string, Tensor>,
): Promise<Record<string, Float32Array>> {
	const graph = new Graph();
	const memory = lookUp(graph.input('features', features.shape), graph.input('items', items.shape));
	for (const [name, tensor] of Object.entries(build(memory, graph))) graph.output(name, tensor);
	return runGraph(graph, { features: Float32Array.from(features.data), items: Float32Array.from(items.data) });
}

for (const [index, { shape, ...values }] of golden.cases.entries()) {
	const { N, C, H, W, M } = shape;
	// The authors' module shares one softmax among the pictures of a batch; here each camera has its own, so that a batch
	// becomes one tall picture. [N, C, H, W] → [1, C, N H, W]
	const tall = Array.from({ length: C * N * H * W }, (_, place) => {
		const c = Math.floor(place / (N * H * W));
		const rest = place % (N * H * W);
		return values.features[Math.floor(rest / (H * W)) * C * H * W + c * H * W + (rest % (H * W))]!;
	});
	const features = { data: tall, shape: [1, C, N * H, W] };
	const items = { data: values.memory, shape: [1, M, C] };

	test(`the read agrees with the authors' module to 1e-5 (golden case ${index})`, async () => {
		const { queries, answer } = await onMemory(features, items, (memory) => ({
			queries: transpose(memory.queries, [0, 2, 1]),
			answer: transpose(read(memory, 1), [0, 2, 1]),
		}));
		const perPicture = (data: Float32Array, n: number) =>
			Array.from(
				{ length: C * H * W },
				(_, place) => data[Math.floor(place / (H * W)) * N * H * W + n * H * W + (place % (H * W))]!,
			);
		const joined = Array.from({ length: N }, (_, n) => [...perPicture(queries!, n), ...perPicture(answer!, n)]).flat();
		assertClose(joined, values.read, 1e-5);
	});

	test(`the update in the code's form agrees with the authors' module to 1e-5 (golden case ${index})`, async () => {
		const { updated } = await onMemory(features, items, (memory) => ({ updated: updateCode(memory, null) }));
		assertClose(updated!, values.update, 1e-5);
		assertClose(updated!, values.testUpdate, 1e-5);
	});

	test(`the nearest items and their mean distance agree with the authors' module (golden case ${index})`, async () => {
		const { distance, nearest } = await onMemory(features, items, (memory) => ({
			distance: nearestDistance(memory),
			nearest: memory.nearest,
		}));
		const picked = Array.from({ length: N * H * W }, (_, k) => nearest!.subarray(k * M, (k + 1) * M).indexOf(1));
		assert.deepEqual(picked, values.nearest);
		const mean = distance!.reduce((sum, value) => sum + value, 0) / distance!.length / C;
		assert.ok(Math.abs(mean - values.testCompactness) < 1e-5, `${mean} against ${values.testCompactness}`);
	});
}

// Two items along the axes of a plane and three queries at angles of 10°, 40° and 80° to the first one.
const degrees = (angle: number) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)] as const;
const queries = [degrees(10), degrees(40), degrees(80)];
const planeFeatures = { data: [0, 1].flatMap((axis) => queries.map((query) => query[axis]!)), shape: [1, 2, 1, 3] };
const planeItems = { data: [1, 0, 0, 1], shape: [1, 2, 2] };
const unit = ([x, y]: readonly [number, number]): number[] => [x / Math.hypot(x, y), y / Math.hypot(x, y)];

test("the paper's update divides by the largest weight among an item's own queries", async () => {
	const { updated } = await onMemory(planeFeatures, planeItems, (memory) => ({ updated: updatePaper(memory, null) }));
	// Queries 1 and 2 are nearest to item 1: v' = e^(cos 10°) / e^(cos 10°) and e^(cos 40° - cos 10°). Query 3 is item 2's: v' = 1.
	const [first, second, third] = queries as [
		readonly [number, number],
		readonly [number, number],
		readonly [number, number],
	];
	const v2 = Math.exp(second[0] - first[0]);
	const item1 = unit([1 + first[0] + v2 * second[0], first[1] + v2 * second[1]]);
	const item2 = unit([third[0], 1 + third[1]]);
	assertClose(updated!, [...item1, ...item2], 1e-6);
});

test("the two forms of the update differ where another item's query has the largest weight", async () => {
	// The first query is item 1's, yet more like item 2 than item 2's own query is.
	const features = { data: [0.95, 0, 0.3122, 1], shape: [1, 2, 1, 2] };
	const items = { data: [1, 0, 0.8, 0.6], shape: [1, 2, 2] };
	const { paper, code } = await onMemory(features, items, (memory) => ({
		paper: updatePaper(memory, null),
		code: updateCode(memory, null),
	}));
	// Item 2's own query weighs 1 in the paper's form, e^(0.6 - 0.9473) in the code's.
	const shrunk = Math.exp(0.6 - (0.8 * 0.95 + 0.6 * 0.3122));
	assertClose(paper!.subarray(2), unit([0.8, 1.6]), 1e-4);
	assertClose(code!.subarray(2), unit([0.8, 0.6 + shrunk]), 1e-4);
});

test('an item without queries stays as it is in every form', async () => {
	const features = { data: [1, 1, 0, 0.1], shape: [1, 2, 1, 2] };
	const all = await onMemory(features, planeItems, (memory) => ({
		paper: updatePaper(memory, null),
		code: updateCode(memory, null),
		online: updateOnline(memory, null, 0.9),
	}));
	for (const updated of Object.values(all)) assertClose(updated.subarray(2), [0, 1], 1e-6);
});

test('the online update moves an item by 1 - β towards the weighted mean of its queries', async () => {
	const { updated } = await onMemory(planeFeatures, planeItems, (memory) => ({
		updated: updateOnline(memory, null, 0.9),
	}));
	const [first, second, third] = queries as [
		readonly [number, number],
		readonly [number, number],
		readonly [number, number],
	];
	const v2 = Math.exp(second[0] - first[0]);
	const mean = (axis: 0 | 1) => (first[axis] + v2 * second[axis]) / (1 + v2);
	assertClose(
		updated!,
		[...unit([0.9 + 0.1 * mean(0), 0.1 * mean(1)]), ...unit([0.1 * third[0], 0.9 + 0.1 * third[1]])],
		1e-6,
	);
});

test('a gated query teaches nothing', async () => {
	const { none, one } = await onMemory(planeFeatures, planeItems, (memory, graph) => ({
		none: updatePaper(memory, graph.constant([0, 0, 0], [1, 3, 1])),
		one: updateOnline(memory, graph.constant([1, 0, 0], [1, 3, 1]), 0.9),
	}));
	assertClose(none!, [1, 0, 0, 1], 1e-6);
	const [first] = queries as [readonly [number, number]];
	assertClose(one!, [...unit([0.9 + 0.1 * first[0], 0.1 * first[1]]), 0, 1], 1e-6);
});

test('two cameras in one batch have the memory each would have alone', async () => {
	const a = golden.cases[0]!;
	const { C, H, W, M } = a.shape;
	const other = { features: a.features.map((value) => -0.7 * value), memory: [...a.memory].reverse() };
	const build = (memory: Memory) => ({
		paper: updatePaper(memory, null),
		online: updateOnline(memory, null, 0.99),
		answer: read(memory, 0.1),
	});
	// The second one's items are made unit again, as reversing them mixed their coordinates.
	const items = other.memory.map((value, place) => {
		const start = Math.floor(place / C) * C;
		return value / Math.hypot(...other.memory.slice(start, start + C));
	});
	const first = await onMemory({ data: a.features, shape: [1, C, H, W] }, { data: a.memory, shape: [1, M, C] }, build);
	const second = await onMemory(
		{ data: other.features, shape: [1, C, H, W] },
		{ data: items, shape: [1, M, C] },
		build,
	);
	const both = await onMemory(
		{ data: [...a.features, ...other.features], shape: [2, C, H, W] },
		{ data: [...a.memory, ...items], shape: [2, M, C] },
		build,
	);
	for (const name of Object.keys(first)) {
		assertClose(both[name]!, [...first[name]!, ...second[name]!], 1e-6);
	}
});
