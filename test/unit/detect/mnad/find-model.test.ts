import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../../src/core/errors.ts';
import { findModel } from '../../../../src/detect/mnad/find-model.ts';
import { writeModel } from '../../../../src/detect/mnad/model.ts';
import { smallModel } from '../../../support/mnad-model.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test("of a shipped model's variants the one nearest to the camera's frame rate is taken", async () => {
	await using shipped = await temporaryFolder();
	for (const framesPerSecond of [5, 10]) {
		const id = `at-${framesPerSecond}`;
		await writeModel(
			join(shipped.path, 'walkway', `${framesPerSecond}fps`),
			smallModel(framesPerSecond, { id, framesPerSecond }),
		);
	}
	// As a writer that was cut off leaves it.
	await mkdir(join(shipped.path, 'walkway', '.5fps-x'));
	const found = async (rate: number | null) => (await findModel('walkway', rate, shipped.path)).manifest.id;
	assert.equal(await found(5), 'at-5');
	assert.equal(await found(1), 'at-5');
	// Nearest as a ratio: the middle of 5 and 10 is 7.07.
	assert.equal(await found(7), 'at-5');
	assert.equal(await found(7.2), 'at-10');
	assert.equal(await found(30), 'at-10');
	assert.equal(await found(null), 'at-10');
	const path = join(shipped.path, 'walkway', '5fps');
	assert.equal((await findModel(path, 30, '/nowhere')).manifest.id, 'at-5');
});

test('a model that is not there is named with where it was looked for', async () => {
	await using shipped = await temporaryFolder();
	await mkdir(join(shipped.path, 'empty'));
	for (const [name, folder] of [
		['empty', join(shipped.path, 'empty')],
		['other', join(shipped.path, 'other')],
		['/nowhere/m', '/nowhere/m'],
	]) {
		await assert.rejects(
			findModel(name!, 5, shipped.path),
			(error) =>
				isForeframeError(error, 'MODEL_INVALID') &&
				error.message.includes(`Cannot find the model ${name}: ${folder} holds no model.json`),
		);
	}
});
