import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUp } from '../../../src/detect/mnad/memory.ts';
import { oddLoss } from '../../../src/learn/odd-loss.ts';
import { Graph } from '../../../src/nn/nn.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../src/onnx/session.ts';
import { assertNear } from '../../support/close.ts';
import { unitItems } from '../../support/mnad-model.ts';

const [CROP, INPUTS, C] = [24, 1, 4];
const ACROSS = CROP / 8;
const CELLS = ACROSS * ACROSS;

/** How much of a cell's pixels change: all, none, or three of 64. */
type Change = 'moves' | 'still' | 'hardly';

interface Cell {
	readonly change: Change;
	readonly odd: 0 | 0.5 | 1;
	/** What the head says. */
	readonly logit: number;
}

/** The loss on a picture of nine cells, through a head whose weights hand on the first map of `position`. */
async function lossOf(cells: readonly Cell[]): Promise<{ loss: number; accuracy: number }> {
	assert.equal(cells.length, CELLS);
	const graph = new Graph();
	const grid = [1, C, ACROSS, ACROSS];
	const memory = lookUp(graph.input('features', grid), graph.input('items', [1, 3, C]));
	const frames = graph.input('frames', [1, INPUTS + 2, CROP, CROP]);
	const prediction = graph.input('prediction', [1, 1, CROP, CROP]);
	const { loss, accuracy } = oddLoss(
		graph,
		{
			task: 'prediction',
			network: { kind: 'compact', widths: [4, C] },
			inputs: INPUTS,
			memory: { items: 3, temperature: 0.1 },
			head: { widths: [4, 4], position: true },
			batch: 1,
			crop: CROP,
		},
		{ scaled: frames, prediction, memory },
	);
	graph.output('loss', loss);
	graph.output('accuracy', accuracy);

	const shown = new Float32Array(3 * CROP * CROP).fill(-0.5);
	const seen = shown.subarray(2 * CROP * CROP);
	for (const [cell, { change }] of cells.entries()) {
		const corner = Math.floor(cell / ACROSS) * 8 * CROP + (cell % ACROSS) * 8;
		const rows = { moves: 8, still: 0, hardly: 1 }[change];
		for (let row = 0; row < rows; row++)
			seen.fill(0.5, corner + row * CROP, corner + row * CROP + (change === 'hardly' ? 3 : 8));
	}
	const position = new Float32Array(2 * CELLS);
	for (const [cell, { logit }] of cells.entries()) position[cell] = logit;
	await using session = await openSession(emitOnnx(graph, { parameters: handOn(graph) }), { name: 'odd loss' });
	const outputs = await session.run({
		frames: shown,
		prediction: new Float32Array(CROP * CROP),
		features: new Float32Array(C * CELLS).fill(1),
		items: unitItems(3, C, 1),
		odd: Float32Array.from(cells, ({ odd }) => odd),
		position,
	});
	return { loss: (outputs['loss'] as Float32Array)[0]!, accuracy: (outputs['accuracy'] as Float32Array)[0]! };
}

/** Weights that make a head say relu(x) - relu(-x) of the last channel but one: x itself. */
function handOn(graph: Graph): Map<string, Float32Array> {
	const parameters = new Map(
		[...graph.initialParameters(1)].map(([name, values]) => [name, new Float32Array(values.length)]),
	);
	const evidence = graph.parameters.get('head.1.weight')!.tensor.shape[1]!;
	const centre = (channel: number, channels: number, into: number) => (into * channels + channel) * 9 + 4;
	parameters.get('head.1.weight')![centre(evidence - 2, evidence, 0)] = 1;
	parameters.get('head.1.weight')![centre(evidence - 2, evidence, 1)] = -1;
	parameters.get('head.2.weight')![centre(0, 4, 0)] = 1;
	parameters.get('head.2.weight')![centre(1, 4, 1)] = 1;
	parameters.get('head.3.weight')!.set([1, -1]);
	return parameters;
}

const cell = (change: Change, odd: Cell['odd'], logit: number): Cell => ({ change, odd, logit });
const STILL = cell('still', 0, -40);
/** Cells, and as many as are missing that are still and about which the head is sure: they cost nothing and count .1. */
const among = (...cells: Cell[]): Cell[] => [...cells, ...Array.from({ length: CELLS - cells.length }, () => STILL)];
const softplus = (x: number) => Math.log(1 + Math.exp(x));

for (const [what, one, weight, label] of [
	['moves and is normal', cell('moves', 0, 0.7), 1, 0],
	['moves and is odd', cell('moves', 1, 0.7), 1, 1],
	['moves, and nobody knows what it is', cell('moves', 0.5, 0.7), 0, 0],
	['is still and normal', cell('still', 0, 0.7), 0.1, 0],
	['is still where things are odd', cell('still', 1, 0.7), 0.1, 0],
	['is still where it is open', cell('still', 0.5, 0.7), 0.1, 0],
	['hardly moves and is normal', cell('hardly', 0, 0.7), 0.1, 0],
	['hardly moves where things are odd', cell('hardly', 1, 0.7), 0, 0],
] as const) {
	test(`a cell that ${what} counts ${weight}${weight === 0 ? '' : `, and is ${label === 1 ? 'odd' : 'normal'}`}`, async () => {
		const anchor = cell('moves', 0, 0);
		const { loss } = await lossOf(among(one, anchor));
		const own = label === 1 ? softplus(-0.7) : softplus(0.7);
		const expected = (weight * own + Math.log(2)) / (weight + 1 + 0.1 * (CELLS - 2));
		assertNear(loss, expected, 1e-5);
	});
}

test('the accuracy is that of the cells that move and are known', async () => {
	const { accuracy } = await lossOf([
		cell('moves', 1, 2),
		cell('moves', 1, -2),
		cell('moves', 0, -1),
		cell('moves', 0, 1),
		cell('moves', 0, -3),
		// Told wrongly, and left out.
		cell('still', 0, 3),
		cell('still', 1, 3),
		cell('moves', 0.5, 3),
		cell('hardly', 1, 3),
	]);
	assertNear(accuracy, 3 / 5, 1e-5);
});

test('logits as large as they get cost as much, and nothing where they are right', async () => {
	const sure = among(cell('moves', 1, 60), cell('moves', 0, -60));
	assert.equal((await lossOf(sure)).loss, 0);
	const wrong = await lossOf(among(cell('moves', 1, -60), cell('moves', 0, 60)));
	assertNear(wrong.loss, 120 / (2 + 0.1 * (CELLS - 2)), 1e-5);
});
