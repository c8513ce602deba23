import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headSpec, type Told } from '../../src/detect/mnad/head.ts';
import { memorySpec, modelManifest } from '../../src/detect/mnad/manifest.ts';
import type { MnadModel } from '../../src/detect/mnad/model.ts';
import { buildStep, STEP_CHANNELS } from '../../src/detect/mnad/step.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { openSession } from '../../src/onnx/session.ts';
import { smallModel, unitItems } from '../support/mnad-model.ts';
import { seededRandom } from '../support/random.ts';

const SIZE = { width: 48, height: 32 };
const PIXELS = SIZE.width * SIZE.height;
const [ITEMS, QUERY] = [6, 12];

/** Untrained; what its head is not told, and whether the memory's answer reaches its decoder. */
function modelWithout(without: Told[] | undefined, isRead = true): MnadModel {
	const told = without === undefined ? {} : { without };
	const model = smallModel(5, { head: { widths: [8, 8], position: true, ...told } });
	const { manifest } = model;
	return { ...model, manifest: isRead ? manifest : { ...manifest, memory: { ...manifest.memory, read: false } } };
}

function shapesOf({ manifest }: MnadModel): readonly (readonly [string, readonly number[]])[] {
	return [...buildStep(manifest, 1, SIZE, 'frozen').parameters].map(([name, { tensor }]) => [name, tensor.shape]);
}

test('what a head is not told is missing at its entry, and nowhere else', () => {
	const whole = shapesOf(modelWithout(undefined));
	const entry = ([name]: readonly [string, unknown]) => name === 'head.1.weight';
	const [, [, told]] = whole.find(entry)! as [string, [number, number]];
	assert.equal(told, QUERY + 7 + 2);
	const counts: [Told[], number][] = [
		[[], 0],
		[['features'], QUERY],
		[['memory'], 1],
		[['prediction'], 2],
		[['motion'], 3],
		[['motion', 'features'], QUERY + 3],
	];
	for (const [without, fewer] of counts) {
		const expected = whole.map((one) => (entry(one) ? [one[0], [8, told - fewer, 3, 3]] : one));
		assert.deepEqual(shapesOf(modelWithout(without)), expected, without.join(' and '));
	}
});

test('a model that leaves nothing out has the graph it had before anything could be left out', () => {
	const graphOf = (without: Told[] | undefined) => {
		const { manifest, parameters } = modelWithout(without);
		return emitOnnx(buildStep(manifest, 1, SIZE, 'online'), { parameters });
	};
	assert.deepEqual(graphOf([]), graphOf(undefined));
	assert.deepEqual(headSpec.parse({ widths: [8, 8], position: true }), { widths: [8, 8], position: true });
	assert.deepEqual(memorySpec.parse({ items: 6, temperature: 0.1 }), { items: 6, temperature: 0.1 });
	assert.equal(headSpec.safeParse({ widths: [8, 8], position: true, without: ['smell'] }).success, false);
	assert.ok(modelManifest.safeParse(modelWithout(['memory'], false).manifest).success);
});

test('neither the prediction nor the odds of a model without the memory change when the memory does', async () => {
	const random = seededRandom(2);
	const frames = Uint8Array.from({ length: 5 * PIXELS }, (_, index) => {
		return 120 + 60 * Math.sin(index / 7 + Math.floor(index / PIXELS)) + 40 * random();
	});
	const run = async ({ manifest, parameters }: MnadModel, memory: Float32Array) => {
		const outputs = ['predicted', 'heatMap', 'channels'];
		await using session = await openSession(
			emitOnnx(buildStep(manifest, 1, SIZE, 'frozen'), { parameters: louder(parameters), outputs }),
			{ name: 'step' },
		);
		const sight = new Uint8Array(PIXELS).fill(1);
		const given = Object.entries({ frames, sight, memory, gamma: Float32Array.of(-1) });
		// Awaited here: the session is closed on return.
		return await session.run(Object.fromEntries(given.filter(([name]) => name in session.inputs)));
	};
	const [one, other] = [unitItems(ITEMS, QUERY, 1), unitItems(ITEMS, QUERY, 2)];

	const without = modelWithout(['memory'], false);
	const [before, after] = [await run(without, one), await run(without, other)];
	assert.deepEqual(after['predicted'], before['predicted']);
	assert.deepEqual(after['heatMap'], before['heatMap']);
	const channel = STEP_CHANNELS.indexOf('distance');
	assert.notEqual(after['channels']![channel], before['channels']![channel]);

	const half = modelWithout(['memory']);
	assert.notDeepEqual((await run(half, one))['predicted'], (await run(half, other))['predicted']);
	const told = modelWithout([], false);
	assert.notDeepEqual((await run(told, one))['heatMap'], (await run(told, other))['heatMap']);
});

/** The decoder's last layer begins so near zero that whole grey values would not show what it is told. */
function louder(parameters: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array> {
	const scaled = (name: string, values: Float32Array) =>
		name === 'decode.fine.3.weight' ? values.map((value) => value * 20) : values;
	return new Map([...parameters].map(([name, values]) => [name, scaled(name, values)]));
}
