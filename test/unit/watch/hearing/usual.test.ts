import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraId } from '../../../../src/core/units.ts';
import { stateFiles } from '../../../../src/record/state-files.ts';
import { isFarBelow, usualOf, usualStore, withTrial } from '../../../../src/watch/hearing/usual.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('what is usual is the best of the first three trials, and later ones change nothing', () => {
	let usual = withTrial(null, 'a', 0.5);
	for (const sensitivity of [0.8, 0.6, 0.9, 0.1]) usual = withTrial(usual, 'a', sensitivity);
	assert.deepEqual(usual, { of: 'a', first: [0.5, 0.8, 0.6] });
	assert.equal(usualOf(usual), 0.8);
	assert.deepEqual(withTrial(usual, 'another model', 0.3), { of: 'another model', first: [0.3] });
});

test('far below is less than half of what is usual, and nearly nothing in any case', () => {
	const good = { of: 'a', first: [0.9] };
	assert.equal(isFarBelow(good, 0.46), false);
	assert.equal(isFarBelow(good, 0.44), true);
	assert.equal(isFarBelow({ of: 'a', first: [0.1] }, 0.1), true, 'a camera that was deaf from the beginning');
	assert.equal(isFarBelow({ of: 'a', first: [0.3] }, 0.25), false);
});

test('it survives a restart; what cannot be read is found out anew', async () => {
	await using folder = await temporaryFolder();
	const state = stateFiles(folder.path, () => assert.fail('nothing is told'));
	const store = usualStore(state, cameraId('yard'));
	assert.equal(await store.load(), null);
	await store.save({ of: 'a', first: [0.5, 1] });
	assert.deepEqual(await store.load(), { of: 'a', first: [0.5, 1] });
	for (const bad of ['{"of":"a","first":[]}', 'no json', '{"of":"a","first":[2]}']) {
		await state.save(cameraId('yard'), 'hearing', Buffer.from(bad));
		assert.equal(await store.load(), null);
	}
});
