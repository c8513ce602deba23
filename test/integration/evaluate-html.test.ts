import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/commands/evaluate.ts';
import { writeSceneDataset } from '../../src/ingest/simulate/dataset.ts';
import { chromiumMissing, openPage } from '../support/chromium.ts';
import { recordedIo } from '../support/command-io.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CLIPS = 3;

test('evaluate writes a page that a browser shows whole, without asking for anything', {
	skip: chromiumMissing,
	timeout: 180_000,
}, async () => {
	await using folder = await temporaryFolder();
	const dataset = join(folder.path, 'walkway');
	await writeSceneDataset(dataset, {
		...{ width: 320, height: 180, framesPerSecond: 5 },
		...{ trainingClips: 3, testingClips: CLIPS, framesPerClip: 50 },
	});
	const file = join(folder.path, 'report.html');
	const io = recordedIo();
	const code = await run(['--dataset', dataset, '--detector', 'linear-extrapolation', '--html', file], io);
	assert.equal(code, 0);
	assert.match(io.out(), /^linear-extrapolation .* on walkway/);
	assert.ok((await stat(file)).size < 3_000_000);

	await using page = await openPage(`file://${file}`);
	await page.look({ width: 1280, height: 900, scheme: 'light' });
	await page.until(`document.querySelectorAll('svg.score').length === ${CLIPS}`);
	const count = (selector: string) => page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
	// ROC, precision and recall, events against false alarms, kinds, places.
	assert.equal(await count('.curves svg.curve-chart'), 5);
	assert.equal(await count('#kinds tbody tr'), CLIPS);
	assert.ok(Number(await count('.moment')) >= 2);
	assert.equal(await count('.moment .shots > figure'), 3 * Number(await count('.moment')));
	assert.equal(await count('svg.score .labelled'), CLIPS);
	const pictures = `Promise.all([...document.querySelectorAll('image')].map((image) => {
		const probe = new Image();
		probe.src = image.href.baseVal;
		return probe.decode();
	})).then((all) => (document.body.dataset.decoded = all.length))`;
	await page.evaluate(pictures);
	await page.until(`Number(document.body.dataset.decoded) === document.querySelectorAll('image').length`);
	assert.deepEqual(await page.evaluate(DANGLING), [], 'every label that is referred to is there, once');

	await page.evaluate(`document.querySelector('svg.score').focus()`);
	await page.evaluate(
		`document.querySelector('svg.score').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))`,
	);
	await page.until(`/^\\d+\\.\\d s: \\d/.test(document.querySelector('output').value)`);

	const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
	const light = await ground();
	await page.look({ width: 390, height: 844, scheme: 'dark' });
	await page.until('innerWidth === 390');
	assert.notEqual(await ground(), light);
	assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing sticks out');

	assert.deepEqual(page.problems, []);
	assert.deepEqual(
		page.requests.filter((url) => !url.startsWith('data:')),
		[`file://${file}`],
	);
});

const DANGLING = `(() => {
	const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
	const wanted = [
		...[...document.querySelectorAll('[aria-labelledby]')].flatMap((one) => one.getAttribute('aria-labelledby').split(' ')),
		...[...document.querySelectorAll('[href^="#"]')].map((one) => one.getAttribute('href').slice(1)),
	];
	return [
		...wanted.filter((id) => !ids.includes(id)),
		...ids.filter((id, index) => ids.indexOf(id) !== index),
	];
})()`;
