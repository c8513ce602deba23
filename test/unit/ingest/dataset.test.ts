import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { pickClips, readDataset, strideFor } from '../../../src/ingest/dataset.ts';

const LABELS = {
	framesPerSecond: 10,
	clips: {
		'1': {
			frames: 11,
			anomalous: [
				[2, 3],
				[10, 10],
			],
		},
	},
};

function invalid(message: RegExp) {
	return (error: unknown) => isForeframeError(error, 'DATASET_INVALID') && message.test(error.message);
}

/** Two normal clips and a labelled one of eleven pictures, and what a file manager leaves behind. */
function folderWith(t: TestContext, labels: unknown = LABELS): string {
	const folder = mkdtempSync(join(tmpdir(), 'foreframe-dataset-'));
	t.after(() => rmSync(folder, { recursive: true }));
	for (const [clip, count] of [
		['training/frames/10', 2],
		['training/frames/9', 3],
		['testing/frames/1', 11],
	] as const) {
		mkdirSync(join(folder, clip), { recursive: true });
		for (let index = 0; index < count; index++) writeFileSync(join(folder, clip, `${index}.jpg`), '');
		writeFileSync(join(folder, clip, '.DS_Store'), '');
	}
	writeFileSync(join(folder, 'training/frames/notes.txt'), '');
	writeFileSync(join(folder, 'labels.json'), JSON.stringify(labels));
	return folder;
}

test('clips and pictures come in the order of the numbers in their names, with their labels', async (t) => {
	const dataset = await readDataset(folderWith(t));
	assert.equal(dataset.framesPerSecond, 10);
	assert.deepEqual(
		dataset.training.map(({ name, pictures }) => [name, pictures.length]),
		[
			['9', 3],
			['10', 2],
		],
	);
	const [clip] = dataset.testing;
	assert.deepEqual(
		clip?.pictures.map((path) => basename(path)),
		Array.from({ length: 11 }, (_, index) => `${index}.jpg`),
	);
	assert.deepEqual(
		clip?.anomalous.flatMap((anomalous, index) => (anomalous ? [index] : [])),
		[2, 3, 10],
	);
});

test('kinds of oddities are read where the labels name them, and masks where there is one for each picture', async (t) => {
	const [plain] = (await readDataset(folderWith(t))).testing;
	assert.deepEqual([plain?.oddities, plain?.masks], [[], null]);
	const oddities = [
		{ kind: 'cart', frames: [2, 3] },
		{ kind: 'runner', frames: [3, 3] },
	];
	const label = { ...LABELS.clips['1'], oddities };
	const folder = folderWith(t, { ...LABELS, clips: { '1': label } });
	const masks = join(folder, 'testing/masks/1');
	mkdirSync(masks, { recursive: true });
	for (let index = 0; index < 11; index++) writeFileSync(join(masks, `${index}.png`), '');
	const [clip] = (await readDataset(folder)).testing;
	assert.deepEqual(clip?.oddities, [
		{ kind: 'cart', first: 2, last: 3 },
		{ kind: 'runner', first: 3, last: 3 },
	]);
	assert.deepEqual(
		clip?.masks,
		Array.from({ length: 11 }, (_, index) => join(masks, `${index}.png`)),
	);
	rmSync(join(masks, '4.png'));
	await assert.rejects(
		readDataset(folder),
		invalid(/clip 1 has 11 pictures and 10 masks: expected one for each, or none/),
	);
});

test('a clip is picked by name, and an unknown one is refused with those there are', async (t) => {
	const dataset = await readDataset(folderWith(t));
	assert.deepEqual(
		pickClips(dataset, ['10']).map(({ name }) => name),
		['10'],
	);
	assert.throws(() => pickClips(dataset, ['10', '11']), invalid(/no training clip "11": expected one of 9, 10/));
});

test('a slower frame rate takes every how many-th picture, when that is a whole number', async (t) => {
	const dataset = await readDataset(folderWith(t));
	assert.equal(strideFor(dataset, 10), 1);
	assert.equal(strideFor(dataset, 2.5), 4);
	assert.throws(() => strideFor(dataset, 4), invalid(/10 frames a second cannot be shown at 4/));
	assert.throws(() => strideFor(dataset, 20), invalid(/cannot be shown at 20/));
});

test('what is missing or does not fit is said by name', async (t) => {
	const wrong = (clips: unknown) => readDataset(folderWith(t, { framesPerSecond: 10, clips }));
	await assert.rejects(
		wrong({ '1': { frames: 12, anomalous: [] } }),
		invalid(/clip 1 has 11 pictures: its labels are for 12/),
	);
	await assert.rejects(wrong({ '2': { frames: 11, anomalous: [] } }), invalid(/clip 1 has no labels/));
	await assert.rejects(
		wrong({ '1': { frames: 11, anomalous: [[1]] } }),
		invalid(/labels\.json have a fault at clips\.1\.anomalous/),
	);
	await assert.rejects(
		readDataset('/nowhere'),
		invalid(/Reading the labels \/nowhere\/labels\.json failed.*expected a file that tells its frame rate/),
	);
	const folder = folderWith(t);
	rmSync(join(folder, 'training'), { recursive: true });
	await assert.rejects(readDataset(folder), invalid(/Reading the folder .*training.frames failed/));
	mkdirSync(join(folder, 'training/frames/1'), { recursive: true });
	await assert.rejects(readDataset(folder), invalid(/training.frames holds no clips/));
});
