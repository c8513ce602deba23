import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraId } from '../../../../src/core/units.ts';
import { headSpec, oddityHead } from '../../../../src/detect/mnad/head.ts';
import { lookUp } from '../../../../src/detect/mnad/memory.ts';
import { openMnad } from '../../../../src/detect/mnad/mnad.ts';
import { motion } from '../../../../src/detect/mnad/motion.ts';
import { Graph } from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../../src/onnx/session.ts';
import { assertClose } from '../../../support/close.ts';
import { plainInference, smallModel, unitItems } from '../../../support/mnad-model.ts';
import { seededRandom } from '../../../support/random.ts';
import { walkingWindows } from '../../../support/walks.ts';
import { windowOf } from '../../../support/window.ts';

const [BATCH, H, W, C] = [2, 32, 48, 8];
const CELLS = (H / 8) * (W / 8);
const EVIDENCE = C + 7;

interface Pictures {
	readonly before: Float32Array;
	readonly after: Float32Array;
	readonly error: Float32Array;
}

/** The head's graph on evidence that is given; `position` null where it is not to know. */
function headGraph(position: boolean) {
	const graph = new Graph();
	const picture = (name: string) => graph.input(name, [BATCH, 1, H, W]);
	const features = graph.input('features', [BATCH, C, H / 8, W / 8]);
	const logits = oddityHead(graph, [8, 4], {
		memory: lookUp(features, graph.input('items', [BATCH, 3, C])),
		error: picture('error'),
		motion: motion(picture('before'), picture('after')),
		position: position ? graph.input('position', [BATCH, 2, H / 8, W / 8]) : null,
	});
	graph.output('logits', logits);
	return { graph, logits };
}

async function judge(position: Float32Array | null, pictures: Pictures, seed = 1): Promise<Float32Array> {
	const { graph } = headGraph(position !== null);
	const random = seededRandom(3);
	const given = {
		...pictures,
		features: Float32Array.from({ length: BATCH * C * CELLS }, () => random() - 0.5),
		items: Float32Array.from([...unitItems(3, C, 1), ...unitItems(3, C, 2)]),
		...(position === null ? {} : { position }),
	};
	await using session = await openSession(emitOnnx(graph, { parameters: graph.initialParameters(seed) }), {
		name: 'head',
	});
	return (await session.run(given))['logits'] as Float32Array;
}

const grey = (luma: number) => new Float32Array(BATCH * H * W).fill(luma);
const still: Pictures = { before: grey(0), after: grey(0), error: grey(0) };

test('it judges every cell of eight pixels, whether or not it knows where the cell is', () => {
	for (const position of [true, false]) {
		const { graph, logits } = headGraph(position);
		assert.deepEqual(logits.shape, [BATCH, 1, H / 8, W / 8]);
		const weight = graph.parameters.get('head.1.weight')!;
		assert.deepEqual(weight.tensor.shape, [8, position ? EVIDENCE + 2 : EVIDENCE, 3, 3]);
	}
	assert.equal(headSpec.safeParse({ widths: [64, 30], position: true }).success, false);
});

test('a black picture in which nothing moves, predicted without an error, is judged, as is one that flickers all over', async () => {
	for (const pictures of [still, { before: grey(0), after: grey(1), error: grey(-1) }]) {
		for (const position of [null, new Float32Array(BATCH * 2 * CELLS)]) {
			const logits = await judge(position, pictures);
			assert.equal(logits.length, BATCH * CELLS);
			assert.ok(logits.every(Number.isFinite));
		}
	}
});

test('what happens in one cell changes what is said of it and of the cells around, of no other and of no other camera', async () => {
	const base = await judge(null, still);
	const error = grey(0);
	// Cell (4, 1) of the first camera.
	for (let row = 8; row < 16; row++) error.fill(0.5, row * W + 32, row * W + 40);
	const changed = await judge(null, { ...still, error });
	const differs = [...changed.keys()].filter((cell) => Math.abs(changed[cell]! - base[cell]!) > 1e-6);
	assert.ok(differs.includes(W / 8 + 4));
	assert.ok(
		differs.every((cell) => cell < CELLS && Math.abs((cell % 6) - 4) <= 2 && Math.abs(Math.floor(cell / 6) - 1) <= 2),
	);
});

test('where it looks changes what it says', async () => {
	const centre = await judge(new Float32Array(BATCH * 2 * CELLS), still);
	const aside = await judge(new Float32Array(BATCH * 2 * CELLS).fill(0.9), still);
	assert.notDeepEqual(aside, centre);
});

for (const position of [true, false]) {
	test(`a model whose head ${position ? 'knows' : 'does not know'} where it looks gives the channel oddity`, async () => {
		const model = smallModel(5, { head: { widths: [8, 8], position } });
		await using detector = openMnad({ model, memory: 'online', inference: plainInference() });
		assert.ok(detector.channels.includes('oddity'));
		const size = { width: 64, height: 48 };
		const camera = detector.camera(cameraId('door'));
		const walking = walkingWindows(1, 3, size);
		const said: number[] = [];
		for (const window of walking) {
			const { channels } = await camera.detect(window, { freezeMemory: true });
			said.push(channels.get('oddity')!);
		}
		assert.ok(said.every((value) => Number.isFinite(value) && value !== 0));
		assert.equal(new Set(said).size, 3);
		const black = windowOf(
			Array.from({ length: 5 }, () => new Uint8Array(64 * 48)),
			size,
		);
		const { channels } = await camera.detect(black, { freezeMemory: true });
		assert.ok([...channels.values()].every(Number.isFinite));
	});
}

test('a model without a head does not list the channel oddity', async () => {
	await using detector = openMnad({ model: smallModel(5), memory: 'online', inference: plainInference() });
	assert.ok(!detector.channels.includes('oddity') && !detector.weights.has('oddity'));
	const [window] = walkingWindows(1, 1, { width: 48, height: 32 });
	const { channels } = await detector.camera(cameraId('door')).detect(window!, { freezeMemory: true });
	assert.equal(channels.has('oddity'), false);
});

test('the same cell is judged alike in every place of a picture when the head does not know where it is', async () => {
	const { graph } = headGraph(false);
	await using session = await openSession(emitOnnx(graph, { parameters: graph.initialParameters(2) }), {
		name: 'head',
	});
	const features = new Float32Array(BATCH * C * CELLS);
	for (let channel = 0; channel < BATCH * C; channel++)
		features.fill(channel % C, channel * CELLS, (channel + 1) * CELLS);
	const items = Float32Array.from([...unitItems(3, C, 1), ...unitItems(3, C, 1)]);
	const logits = (await session.run({ ...still, features, items }))['logits'] as Float32Array;
	// Columns 2 and 3 of 6 are two cells or more from either edge, beyond which it sees zeros.
	for (let row = 0; row < H / 8; row++) {
		const [left, right] = [logits[row * (W / 8) + 2]!, logits[row * (W / 8) + 3]!];
		assert.ok(Math.abs(left - right) < 1e-6, `${left} and ${right}`);
	}
	assertClose(logits.subarray(CELLS), logits.subarray(0, CELLS), 1e-6);
});
