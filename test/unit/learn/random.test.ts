import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoredRandom, seededRandom } from '../../../src/learn/random.ts';

const draw = (seed: number, of: 'uniform' | 'normal', count: number) => {
	const random = seededRandom(seed);
	return Array.from({ length: count }, () => random[of]());
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('a seed has its own sequence, the same every time', () => {
	assert.deepEqual(draw(7, 'uniform', 50), draw(7, 'uniform', 50));
	const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => draw(seed, 'uniform', 1)[0]));
	assert.equal(firsts.size, 1000);
});

test('neighbouring seeds are not alike', () => {
	const values = Array.from({ length: 1000 }, (_, seed) => draw(seed, 'uniform', 1)[0]!);
	const centred = values.map((value) => value - 0.5);
	const products = centred.slice(1).map((value, index) => value * centred[index]!);
	assert.ok(Math.abs(mean(products) * 12) < 0.1);
});

test('numbers are even in [0,1), whole numbers even below their bound', () => {
	const values = draw(1, 'uniform', 20_000);
	assert.ok(values.every((value) => value >= 0 && value < 1));
	assert.ok(Math.abs(mean(values) - 0.5) < 0.01);
	assert.ok(Math.abs(mean(values.map((value) => (value - 0.5) ** 2)) - 1 / 12) < 0.002);
	const random = seededRandom(2);
	const counts = new Array<number>(7).fill(0);
	for (let index = 0; index < 7000; index++) counts[random.integer(7)]!++;
	assert.equal(
		counts.reduce((sum, count) => sum + count),
		7000,
	);
	for (const count of counts) assert.ok(Math.abs(count - 1000) < 130, `${counts}`);
});

test('normal numbers have mean 0, deviation 1 and the tails of a normal distribution', () => {
	const values = draw(3, 'normal', 20_000);
	assert.ok(Math.abs(mean(values)) < 0.03);
	assert.ok(Math.abs(mean(values.map((value) => value ** 2)) - 1) < 0.04);
	const beyond = values.filter((value) => Math.abs(value) > 1.96).length / values.length;
	assert.ok(Math.abs(beyond - 0.05) < 0.006, `${beyond}`);
});

test('a sequence goes on where its state was taken, however often', () => {
	const random = seededRandom(5);
	for (let drawn = 0; drawn < 1000; drawn++) random.normal();
	const state = random.state();
	const rest = Array.from({ length: 100 }, () => random.uniform());
	for (const again of [restoredRandom(state), restoredRandom(state)]) {
		assert.deepEqual(
			Array.from({ length: 100 }, () => again.uniform()),
			rest,
		);
	}
});
