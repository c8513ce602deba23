import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import {
	CHECKPOINT,
	type CheckpointOptions,
	checkpointFile,
	checkpointKeeper,
	fingerprintOf,
	SET_ASIDE,
} from '../../../src/learn/checkpoint.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import type { Snapshot } from '../../../src/learn/snapshot.ts';
import { startState } from '../../../src/learn/training-state.ts';
import { smallRecipe } from '../../support/small-recipe.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SNAPSHOT: Snapshot = {
	numbers: {
		step: 12,
		elapsedMs: 1234.5678901234,
		looks: 3,
		heldOutError: 0.1 + 0.2,
		random: [-1, 2 ** 31 - 1, 7, 8],
		terms: { loss: 1 / 3 },
		bestError: null,
	},
	arrays: new Map([
		['memory', Float32Array.of(0.1, -0, 1e-45, 3)],
		['carried/weight', Float32Array.of(Math.PI)],
	]),
};
const all = (snapshot: Snapshot) => snapshot;

async function inFolder(resume: CheckpointOptions['resume'] = 'automatic') {
	const folder = await temporaryFolder();
	const warnings: string[] = [];
	const saved: number[] = [];
	const options: CheckpointOptions = {
		folder: folder.path,
		resume,
		everyMs: 1000,
		replaceFile: writeFile,
		warn: (message) => warnings.push(message),
		saved: ({ step }) => saved.push(step),
	};
	return {
		path: join(folder.path, CHECKPOINT),
		names: () => readdir(folder.path),
		warnings,
		saved,
		open: (fingerprint = 'ours', change: Partial<CheckpointOptions> = {}) =>
			checkpointFile({ ...options, ...change }, fingerprint),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

test('what was saved is loaded again to the bit, and removed when the model is there', async () => {
	await using at = await inFolder();
	assert.equal(await at.open().load(all), null);
	await at.open().save(SNAPSHOT);
	assert.deepEqual(at.saved, [12]);
	const loaded = await at.open().load(all);
	assert.deepEqual(loaded?.numbers, SNAPSHOT.numbers);
	for (const [name, values] of SNAPSHOT.arrays) {
		assert.deepEqual(new Uint8Array(loaded!.arrays.get(name)!.buffer), new Uint8Array(values.buffer), name);
	}
	await at.open().remove();
	assert.deepEqual([await at.names(), at.warnings], [[], []]);
});

test('one of another run is set aside with a warning, and learning begins anew', async () => {
	await using at = await inFolder();
	await at.open('theirs').save(SNAPSHOT);
	const before = await readFile(at.path);
	assert.equal(await at.open('ours').load(all), null);
	assert.match(at.warnings[0]!, /begins anew: .* belongs to a run with other footage or options; it is kept as/);
	assert.deepEqual(await at.names(), [SET_ASIDE]);
	assert.deepEqual(await readFile(join(at.path, '..', SET_ASIDE)), before);
});

test('one that this version cannot use is set aside too', async () => {
	await using at = await inFolder();
	await at.open().save(SNAPSHOT);
	assert.equal(await at.open().load(() => null), null);
	assert.match(at.warnings[0]!, /another version/);
});

test('a damaged one is noticed wherever the damage is', async () => {
	await using at = await inFolder();
	await at.open().save(SNAPSHOT);
	const whole = await readFile(at.path);
	const damages: [string, Uint8Array][] = [
		['cut short', whole.subarray(0, whole.length - 3)],
		['empty', new Uint8Array()],
		['another file', Buffer.from('It was a dark and stormy night')],
		['one bit of the last value', Uint8Array.from(whole, (byte, at) => (at === whole.length - 2 ? byte ^ 1 : byte))],
		['its description', Buffer.from(whole.toString('latin1').replace('heldOutError', 'heldOutTerror'), 'latin1')],
	];
	for (const [what, bytes] of damages) {
		await writeFile(at.path, bytes);
		assert.equal(await at.open().load(all), null, what);
		assert.match(at.warnings.at(-1)!, /is damaged: /, what);
	}
});

test('where going on is required, none, a foreign one and a damaged one are refused and stay as they are', async () => {
	await using at = await inFolder('required');
	const refused = (message: RegExp) =>
		assert.rejects(at.open('ours').load(all), (error) => {
			return isForeframeError(error, 'CHECKPOINT_INVALID') && message.test(error.message);
		});
	await refused(/there is none/);
	await at.open('theirs').save(SNAPSHOT);
	await refused(/belongs to a run with other footage or options/);
	await writeFile(at.path, 'no checkpoint');
	await refused(/is damaged/);
	assert.deepEqual(await at.names(), [CHECKPOINT]);
});

test('what cannot be written is told, and learning goes on', async () => {
	await using at = await inFolder();
	const full = () => Promise.reject(new Error('no space left on device'));
	await at.open('ours', { replaceFile: full }).save(SNAPSHOT);
	assert.match(at.warnings[0]!, /Cannot write the checkpoint .*: no space left on device/);
	assert.deepEqual(at.saved, []);
});

test('what a killed write has left is removed', async () => {
	await using at = await inFolder();
	await writeFile(`${at.path}.0b50.tmp`, 'half');
	await writeFile(join(at.path, '..', 'model.json'), '{}');
	await at.open().load(all);
	assert.deepEqual(await at.names(), ['model.json']);
});

test('the keeper saves when it is time, and at the end only what is new', async () => {
	await using at = await inFolder();
	const state = startState(smallRecipe(), 5, 1);
	const keeper = checkpointKeeper(at.open());
	await keeper.saveNow(state);
	for (const elapsedMs of [400, 900, 1399, 1400, 2000]) {
		state.step++;
		state.elapsedMs = elapsedMs;
		await keeper.saveWhenDue(state);
	}
	assert.deepEqual(at.saved, [4]);
	await keeper.saveNow(state);
	await keeper.saveNow(state);
	assert.deepEqual(at.saved, [4, 5]);
});

test('every option, every pixel, what is doubted and what is held out count in a fingerprint', () => {
	const clip = (name: string, luma: number): Clip => ({
		name,
		size: { width: 2, height: 1 },
		frames: [Uint8Array.of(luma, 2), Uint8Array.of(3, 4)],
	});
	const options = { seed: 1, recipe: { batch: 8 } };
	const prints = [
		fingerprintOf([[clip('a', 1)], [clip('b', 1)]], options),
		fingerprintOf([[clip('a', 1)], [clip('b', 1)]], { ...options, seed: 2 }),
		fingerprintOf([[clip('a', 1)], [clip('b', 9)]], options),
		fingerprintOf([[clip('a', 1)], [clip('c', 1)]], options),
		fingerprintOf([[clip('a', 1), clip('b', 1)], []], options),
		fingerprintOf([[{ ...clip('a', 1), doubted: [null, Uint8Array.of(1)] }], [clip('b', 1)]], options),
		fingerprintOf([[{ ...clip('a', 1), doubted: [Uint8Array.of(1), null] }], [clip('b', 1)]], options),
	];
	assert.equal(new Set(prints).size, prints.length);
	assert.equal(fingerprintOf([[clip('a', 1)], [clip('b', 1)]], { ...options }), prints[0]);
});
