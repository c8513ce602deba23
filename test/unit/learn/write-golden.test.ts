import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type GoldenClip, selfTest } from '../../../src/detect/golden.ts';
import { readGolden } from '../../../src/detect/golden-file.ts';
import { openMnad } from '../../../src/detect/mnad/mnad.ts';
import { readModel, writeModel } from '../../../src/detect/mnad/model.ts';
import { writeGolden } from '../../../src/learn/write-golden.ts';
import { plainInference, smallModel } from '../../support/mnad-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('golden windows that are written are those of the weights beside them; drawn and recorded ones take each other’s place', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'small');
	const { sha256 } = await writeModel(path, smallModel(1));
	const recorded: GoldenClip = {
		kind: 'recorded',
		size: { width: 32, height: 32 },
		windows: [Array.from({ length: 5 }, (_, index) => new Uint8Array(1024).fill(40 * index))],
	};
	const files = ['golden.json', 'golden.safetensors', 'model.json', 'weights.safetensors'];
	for (const clip of [recorded, undefined, recorded]) {
		const written = await writeGolden(path, clip);
		assert.equal(written.clip.kind, clip === undefined ? 'drawn' : 'recorded');
		assert.deepEqual(await readGolden(path, sha256), written);
		await using inference = plainInference();
		await using detector = openMnad({ model: await readModel(path), memory: 'frozen', inference });
		await selfTest(detector, written);
		const there = files.filter((name) => clip !== undefined || name !== 'golden.safetensors');
		assert.deepEqual((await readdir(path)).toSorted(), there);
	}
});
