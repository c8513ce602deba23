import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../../src/core/errors.ts';
import { CameraMemory } from '../../../../src/detect/mnad/camera-memory.ts';
import { smallModel, unitItems } from '../../../support/mnad-model.ts';

const [ITEMS, QUERY] = [6, 12];
const model = smallModel(1);
const even = new Float32Array(ITEMS).fill(1 / ITEMS);
const farthest = unitItems(1, QUERY, 99);

test("a memory begins with the model's items and does not change them", () => {
	const memory = new CameraMemory(model);
	assert.deepEqual(memory.items, model.memory);
	memory.items[0] = 7;
	assert.notEqual(model.memory[0], 7);
});

test('what was saved comes back, items and usage to the bit', () => {
	const memory = new CameraMemory(model);
	const usage = Float32Array.of(0.5, 0.5, 0, 0, 0, 0);
	for (let window = 0; window < 50; window++) memory.learn(unitItems(ITEMS, QUERY, window), usage, farthest);
	const saved = memory.save();
	const other = new CameraMemory(model);
	other.load(saved);
	assert.deepEqual(other.items, memory.items);
	assert.deepEqual(other.save(), saved);
	// Bytes that lie within others, as a file's do behind its header.
	const within = new Uint8Array(saved.length + 3);
	within.set(saved, 3);
	other.load(within.subarray(3));
	assert.deepEqual(other.save(), saved);
});

test('a memory of another model, cut short, too long or not of numbers is refused and changes nothing', () => {
	const memory = new CameraMemory(model);
	const saved = memory.save();
	const broken = saved.slice();
	new DataView(broken.buffer).setFloat32(saved.length - 4, Number.NaN, true);
	const bad = [
		new CameraMemory(smallModel(2)).save(),
		new CameraMemory(smallModel(1, { items: 7 })).save(),
		saved.subarray(0, saved.length - 4),
		Uint8Array.from([...saved, 0]),
		new Uint8Array(0),
		broken,
	];
	for (const state of bad) {
		assert.throws(
			() => memory.load(state),
			(error) => isForeframeError(error, 'MODEL_INVALID') && error.message.startsWith('Cannot use a stored memory'),
		);
		assert.deepEqual(memory.save(), saved);
	}
});

test('an item that nothing is nearest to for long takes the place of the query that fits none', () => {
	const memory = new CameraMemory(model);
	const usage = Float32Array.of(0.2, 0.2, 0.2, 0.2, 0.2, 0);
	const items = () => model.memory.slice();
	const dead = () => memory.items.slice(5 * QUERY);
	let windows = 0;
	while (dead().every((value, c) => value === model.memory[5 * QUERY + c]!) && windows < 20_000) {
		memory.learn(items(), usage, farthest);
		windows++;
	}
	// A mean over 2000 windows falls to a fiftieth after 2000 ln 50.
	assert.ok(Math.abs(windows - 2000 * Math.log(50)) < 20, `after ${windows} windows`);
	assert.deepEqual(dead(), farthest);
	assert.deepEqual(memory.items.slice(0, 5 * QUERY), model.memory.slice(0, 5 * QUERY));
	memory.learn(items(), usage, farthest);
	assert.deepEqual(dead(), model.memory.slice(5 * QUERY), 'it has time to find its queries');
});

test('of many dead items one at a time comes back, minutes apart: what is seen once takes no more', () => {
	const memory = new CameraMemory(model);
	const usage = Float32Array.of(1, 0, 0, 0, 0, 0);
	const revived = () =>
		[1, 2, 3, 4, 5].filter((m) =>
			memory.items.slice(m * QUERY, (m + 1) * QUERY).every((value, c) => value === farthest[c]),
		).length;
	for (let window = 0; window < 9000; window++) memory.learn(model.memory.slice(), usage, farthest);
	const items = () => memory.items.slice();
	const before = revived();
	for (let window = 0; window < 1900; window++) memory.learn(items(), usage, farthest);
	assert.ok(revived() <= before + 1);
	for (let window = 0; window < 1900; window++) memory.learn(items(), usage, farthest);
	assert.ok(revived() <= before + 2);
	for (let window = 0; window < 20_000; window++) memory.learn(items(), usage, farthest);
	assert.ok(revived() >= 3, 'in the end they do');
});

test('a memory whose items are all in use keeps them', () => {
	const memory = new CameraMemory(model);
	for (let window = 0; window < 10_000; window++) memory.learn(model.memory.slice(), even, farthest);
	assert.deepEqual(memory.items, model.memory);
});

test('as published, an item that is never used stays', () => {
	const memory = new CameraMemory(model);
	const usage = Float32Array.of(0.2, 0.2, 0.2, 0.2, 0.2, 0);
	for (let window = 0; window < 10_000; window++) memory.learn(model.memory.slice(), usage, null);
	assert.deepEqual(memory.items, model.memory);
});

test('a memory that does not fit its model is a mistake', () => {
	assert.throws(() => new CameraMemory({ ...model, memory: model.memory.slice(1) }), RangeError);
});

test('how far a memory has moved is the cosine distance of each item from what it was', () => {
	const memory = new CameraMemory(model);
	const before = memory.save();
	assert.ok(memory.driftFrom(before).most < 1e-6);
	const items = model.memory.slice();
	// The second item turned by 60 degrees in the plane of it and a vector square to it, the others as they are.
	const item = items.slice(QUERY, 2 * QUERY);
	const along = farthest.reduce((sum, value, c) => sum + value * item[c]!, 0);
	const square = farthest.map((value, c) => value - along * item[c]!);
	const length = Math.hypot(...square);
	for (let c = 0; c < QUERY; c++) items[QUERY + c] = 0.5 * item[c]! + (Math.sqrt(0.75) * square[c]!) / length;
	memory.learn(items, even, null);
	const drift = memory.driftFrom(before);
	assert.ok(Math.abs(drift.most - 0.5) < 1e-5, `${drift.most}`);
	assert.ok(Math.abs(drift.mean - 0.5 / ITEMS) < 1e-5, `${drift.mean}`);
	assert.throws(() => memory.driftFrom(new CameraMemory(smallModel(2)).save()), { code: 'MODEL_INVALID' });
});
