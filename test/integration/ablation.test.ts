import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderOf, judgeModel, learnTrial, type Trial } from '../../bench/ablation/trial.ts';
import { changeOf, VARIANTS } from '../../bench/ablation/variants.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import type { NetworkSpec } from '../../src/detect/mnad/network.ts';
import { readDataset } from '../../src/ingest/dataset.ts';
import { writeSceneDataset } from '../../src/ingest/simulate/dataset.ts';
import { settingsFor } from '../../src/learn/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const network: NetworkSpec = { kind: 'compact', widths: [4, 8] };
const { signal } = new AbortController();

test('every variant but the full one changes the settings, each in its own way', () => {
	const usual = settingsFor('prediction', network, true);
	const settings = VARIANTS.map((variant) => JSON.stringify(changeOf(variant)(usual)));
	assert.equal(settings[VARIANTS.indexOf('full')], JSON.stringify(usual));
	assert.equal(new Set(settings).size, VARIANTS.length);
});

test('a variant is learned once, says what it was learned without, and is judged', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'walkway');
	await writeSceneDataset(path, {
		width: 192,
		height: 108,
		trainingClips: 2,
		testingClips: 1,
		framesPerClip: 105,
	});
	const dataset = await readDataset(path);
	const trial: Trial = { dataset, framesPerSecond: 10, network, variant: 'no-memory', seed: 1, steps: 2 };
	const model = folderOf(join(folder.path, 'models'), trial);
	const kinds: string[] = [];
	const options = { threads: 1, signal, told: ({ kind }: { kind: string }) => void kinds.push(kind) };
	assert.equal(await learnTrial(trial, model, options), true);
	assert.ok(kinds.includes('done'), kinds.join(' '));
	assert.equal(await learnTrial(trial, model, options), false);
	assert.equal(kinds.filter((kind) => kind === 'done').length, 1);

	const { manifest } = await readModel(model);
	assert.deepEqual([manifest.head?.without, manifest.memory.read], [['memory'], false]);
	assert.deepEqual(manifest.training.heldOut, ['walkway/02']);

	const verdict = await judgeModel(model, trial, null, signal);
	assert.equal(verdict.events, 1);
	assert.equal(verdict.kinds.length, 1);
	for (const area of [verdict.auc.global, verdict.oddity?.global, verdict.motion?.perVideo]) {
		assert.ok(area !== null && area !== undefined && area >= 0 && area <= 1, String(area));
	}
	const alone = await judgeModel(model, trial, new Map([['motion', 1]]), signal);
	assert.notEqual(alone.auc.global, verdict.auc.global);
	assert.deepEqual(alone.motion, verdict.motion);
});
