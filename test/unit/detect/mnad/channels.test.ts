import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
	distanceChannel,
	oddityChannel,
	patchChannel,
	psnrChannel,
	regularCode,
	regularPaper,
} from '../../../../src/detect/mnad/channels.ts';
import { worstPatchError } from '../../../../src/detect/parts/patch-error.ts';
import { psnr } from '../../../../src/detect/parts/psnr.ts';
import { regularScoreCode, regularScorePaper } from '../../../../src/detect/parts/regular-score.ts';
import { integral } from '../../../../src/detect/parts/squared-error.ts';
import { Graph, multiply, square, squareRoot, type Tensor } from '../../../../src/nn/nn.ts';
import { assertNear } from '../../../support/close.ts';
import { seededRandom } from '../../../support/random.ts';
import { runGraph } from '../../../support/run-graph.ts';

async function onErrors(shape: readonly number[], squared: Float32Array, build: (squared: Tensor) => object) {
	const graph = new Graph();
	const channels = build(graph.input('squared', shape)) as Record<string, Tensor>;
	for (const [name, tensor] of Object.entries(channels)) graph.output(name, tensor);
	return runGraph(graph, { squared });
}

/** Everything is watched. */
function onesAs({ graph, shape }: Tensor): Tensor {
	return graph.constant(new Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
}

const all = (squared: Tensor) => ({
	patch: patchChannel(squared),
	psnr: psnrChannel(squared, onesAs(squared)),
	regular: regularPaper(squareRoot(squared)),
	regularCode: regularCode(squared),
});

for (const [width, height] of [
	[64, 48],
	[48, 80],
	[16, 16],
	[128, 16],
] as const) {
	test(`the channels of two pictures of ${width}x${height} agree with the plain ones to 1e-4`, async () => {
		const random = seededRandom(width);
		const pixels = width * height;
		// Small errors all over, large ones in a corner.
		const squared = Float32Array.from({ length: 2 * pixels }, (_, index) => {
			const corner = index % width > width / 2 && index % pixels < pixels / 3;
			return (corner ? 0.5 : 0.03) * random() ** 4;
		});
		const channels = await onErrors([2, 1, height, width], squared, all);
		for (const picture of [0, 1]) {
			const errors = squared.subarray(picture * pixels, (picture + 1) * pixels);
			assertNear(channels['patch']![picture]!, worstPatchError(integral(errors, { width, height })), 1e-4, 'patch');
			assertNear(channels['psnr']![picture]!, -psnr(errors), 1e-4, 'psnr');
			assertNear(channels['regular']![picture]!, regularScorePaper(errors), 1e-4, 'regular');
			assertNear(channels['regularCode']![picture]!, regularScoreCode(errors), 1e-4, 'regularCode');
		}
	});
}

test('a perfect prediction scores 0, and minus 100 dB', async () => {
	const channels = await onErrors([1, 1, 32, 32], new Float32Array(32 * 32), all);
	const values = Object.fromEntries(Object.entries(channels).map(([name, [value]]) => [name, value]));
	assert.equal(values['patch'], 0);
	assert.ok(Math.abs(values['psnr']! + 100) < 1e-3);
	assert.equal(values['regular'], 0);
	assert.equal(values['regularCode'], 0);
});

interface GoldenScore {
	readonly shape: readonly number[];
	readonly predicted: readonly number[];
	readonly actual: readonly number[];
	readonly pointScore: number;
}

test("the code's form of the regular score agrees with the authors' to 1e-5", async () => {
	const { scores } = JSON.parse(readFileSync('fixtures/golden/mnad-memory.json', 'utf8')) as { scores: GoldenScore[] };
	assert.equal(scores.length, 3);
	for (const { predicted, actual, pointScore } of scores) {
		// The file's pictures are in [-1,1].
		const squared = Float32Array.from(actual, (value, index) => ((predicted[index]! - value) / 2) ** 2);
		const { score } = await onErrors([1, 1, 1, squared.length], squared, (errors) => ({ score: regularCode(errors) }));
		assert.ok(Math.abs(score![0]! - pointScore) < 1e-5, `${score![0]} against ${pointScore}`);
	}
});

test('the distance channel is the mean distance of the 16 queries farthest from their items', async () => {
	const squared = Float32Array.from(
		{ length: 2 * 40 },
		(_, index) => ((index * 17) % 40) / 10 + (index < 40 ? 0 : 0.1),
	);
	const { distance } = await onErrors([2, 40], squared, (errors) => ({ distance: distanceChannel(errors) }));
	for (const camera of [0, 1]) {
		const farthest = [...squared.subarray(camera * 40, (camera + 1) * 40)].toSorted((a, b) => b - a).slice(0, 16);
		const mean = farthest.reduce((sum, value) => sum + Math.sqrt(value), 0) / 16;
		assertNear(distance![camera]!, mean, 1e-5);
	}
});

test('the oddity channel is the mean of the four oddest cells, each the mean of it and its neighbours in the picture', async () => {
	const [h, w] = [5, 6];
	const logits = Float32Array.from({ length: 2 * h * w }, (_, index) => ((index * 29) % 31) / 4 - 5);
	const graph = new Graph();
	const given = graph.input('logits', [2, 1, h, w]);
	graph.output('oddity', oddityChannel(given, onesAs(given)));
	const { oddity } = await runGraph(graph, { logits });
	for (const camera of [0, 1]) {
		const at = (x: number, y: number) => logits[camera * h * w + y * w + x]!;
		const around = Array.from({ length: h * w }, (_, cell) => {
			const [x, y] = [cell % w, Math.floor(cell / w)];
			const near: number[] = [];
			for (let row = Math.max(0, y - 1); row <= Math.min(h - 1, y + 1); row++) {
				for (let column = Math.max(0, x - 1); column <= Math.min(w - 1, x + 1); column++) near.push(at(column, row));
			}
			return near.reduce((sum, value) => sum + value, 0) / near.length;
		});
		const oddest = around.toSorted((a, b) => b - a).slice(0, 4);
		const expected = oddest.reduce((sum, value) => sum + value, 0) / 4;
		assert.ok(Math.abs(oddity![camera]! - expected) < 1e-5, `${oddity![camera]}, expected ${expected}`);
	}
});

test('one odd cell in a corner counts a quarter of a mean over four, one in the middle a ninth of four', async () => {
	const graph = new Graph();
	const given = graph.input('logits', [2, 1, 6, 6]);
	graph.output('oddity', oddityChannel(given, onesAs(given)));
	const logits = new Float32Array(72);
	logits[0] = 36;
	logits[36 + 2 * 6 + 2] = 36;
	const { oddity } = await runGraph(graph, { logits });
	// Corner: itself and three others 36/4, 36/6, 36/6 and 36/9. Middle: nine cells with 36/9.
	assert.ok(Math.abs(oddity![0]! - (9 + 6 + 6 + 4) / 4) < 1e-5, `${oddity![0]}`);
	assert.ok(Math.abs(oddity![1]! - 4) < 1e-5, `${oddity![1]}`);
});

test('cells and pixels that are not watched count in no channel', async () => {
	const graph = new Graph();
	const [logits, watched] = [graph.input('logits', [2, 1, 6, 6]), graph.input('watched', [2, 1, 6, 6])];
	graph.output('oddity', oddityChannel(logits, watched));
	graph.output('psnr', psnrChannel(multiply(square(logits), watched), watched));
	const values = Float32Array.from({ length: 72 }, (_, index) => ((index * 29) % 31) / 40 - 0.5);
	// The left half of the second camera is ignored, whatever is in it.
	const given = { logits: values, watched: Float32Array.from(values, (_, at) => (at >= 36 && at % 6 < 3 ? 0 : 1)) };
	const other = Float32Array.from(values, (value, at) => (given.watched[at] === 0 ? 90 : value));
	const said = await runGraph(graph, given);
	assert.deepEqual(await runGraph(graph, { ...given, logits: other }), said);
	const right = (camera: number, x: number, y: number) => values[camera * 36 + y * 6 + x]!;
	const around: number[] = [];
	const squares: number[] = [];
	for (let y = 0; y < 6; y++) {
		for (let x = 3; x < 6; x++) {
			const near: number[] = [];
			for (let row = Math.max(0, y - 1); row <= Math.min(5, y + 1); row++) {
				for (let column = Math.max(3, x - 1); column <= Math.min(5, x + 1); column++) near.push(right(1, column, row));
			}
			around.push(near.reduce((sum, value) => sum + value, 0) / near.length);
			squares.push(right(1, x, y) ** 2);
		}
	}
	const oddest = around.toSorted((a, b) => b - a).slice(0, 4);
	assertNear(said['oddity']![1]!, oddest.reduce((sum, value) => sum + value, 0) / 4, 1e-5);
	assertNear(said['psnr']![1]!, 10 * Math.log10(squares.reduce((sum, value) => sum + value, 0) / squares.length), 1e-5);
});
