import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSnapshot, encodeSnapshot } from '../../../src/learn/snapshot.ts';
import { snapshotOf, startState, stateOf, type TrainingState } from '../../../src/learn/training-state.ts';
import { smallRecipe } from '../../support/small-recipe.ts';

const recipe = smallRecipe();
const ITEMS = 5;

function advanced(): TrainingState {
	const state = startState(recipe, ITEMS, 3);
	Object.assign(state, { step: 7, elapsedMs: 5000.25, looks: 2, heldOutError: 0.01 });
	state.terms['loss'] = 0.3;
	for (const values of Object.values(state.carried)) (values as Float32Array).fill(0.7);
	state.random.normal();
	return state;
}
const throughFile = (state: TrainingState) => decodeSnapshot(encodeSnapshot(snapshotOf(state), 'f')).snapshot;

test('a state that was written down and read again goes on as it would have', () => {
	const state = advanced();
	state.best = { error: 0.02, parameters: new Map(state.averaged), memory: state.memory.slice() };
	const again = stateOf(throughFile(state), recipe, ITEMS)!;
	const plain = ({ random: _, carried, averaged, best, ...rest }: TrainingState) => ({
		...rest,
		carried: new Map(Object.entries(carried).toSorted()),
		averaged: new Map([...averaged].toSorted()),
		best: best === null ? null : { ...best, parameters: new Map([...best.parameters].toSorted()) },
	});
	assert.deepEqual(plain(again), plain(state));
	assert.deepEqual(
		Array.from({ length: 20 }, () => again.random.uniform()),
		Array.from({ length: 20 }, () => state.random.uniform()),
	);
});

test('before the first look at held-out footage nothing is best', () => {
	assert.equal(stateOf(throughFile({ ...advanced(), heldOutError: null }), recipe, ITEMS)!.best, null);
});

test('a state of another recipe is not taken', () => {
	assert.equal(stateOf(throughFile(advanced()), recipe, ITEMS + 1), null);
	const snapshot = throughFile(advanced());
	const arrays = new Map(snapshot.arrays);
	arrays.delete([...arrays.keys()].find((name) => name.startsWith('carried/adam.'))!);
	assert.equal(stateOf({ ...snapshot, arrays }, recipe, ITEMS), null);
});
