import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { cameraId } from '../../../src/core/units.ts';
import { drawGoldenClip, type Golden } from '../../../src/detect/golden.ts';
import { goldenFiles, readGolden } from '../../../src/detect/golden-file.ts';
import { readModel, writeModel } from '../../../src/detect/mnad/model.ts';
import { openModelStore } from '../../../src/watch/model-store.ts';
import { type DiskSteps, diskSteps, modelStoreIo } from '../../../src/watch/model-store-io.ts';
import { smallModel } from '../../support/mnad-model.ts';
import { samplePromotion as promotion } from '../../support/promotion.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Model folders of seeds, and a store that tells its warnings. */
async function bench(keep?: number) {
	const folder = await temporaryFolder();
	const camera = join(folder.path, 'cameras', 'yard');
	await mkdir(camera, { recursive: true });
	const warnings: string[] = [];
	const observe = (event: DaemonEvent) => {
		assert.equal(event.kind, 'warning');
		if (event.kind === 'warning') warnings.push(event.detail);
	};
	return {
		root: join(camera, 'models'),
		warnings,
		store: (steps: DiskSteps = diskSteps) =>
			openModelStore({
				camera: cameraId('yard'),
				folder: camera,
				observe,
				io: modelStoreIo(steps),
				...(keep === undefined ? {} : { keep }),
			}),
		learned: async (seed: number): Promise<string> => {
			const path = join(folder.path, `learned-${seed}`);
			await writeModel(path, smallModel(seed));
			return path;
		},
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

test('a camera without models of its own has none, and nothing to go back from', async () => {
	await using here = await bench();
	const store = here.store();
	assert.deepEqual(await store.list(), []);
	assert.equal(await store.current(), null);
	assert.equal(await store.rollBack(), null);
	assert.deepEqual(here.warnings, []);
});

test('a promoted model is the current one, also for who opens the store again, with its exam and its hashes', async () => {
	await using here = await bench();
	const source = await here.learned(1);
	const promoted = await here.store().promote(source, promotion);
	await rm(source, { recursive: true });
	const { manifest } = await readModel(promoted.folder);
	assert.equal(promoted.name, `0001-${manifest.sha256.slice(0, 12)}`);
	assert.deepEqual(promoted.model, { id: 'small-1', sha256: manifest.sha256 });
	assert.equal(promoted.why, 'it tells more');
	assert.equal(promoted.promotedAt, '2026-09-21T14:13:20.000Z');
	const again = here.store();
	assert.deepEqual(await again.current(), promoted);
	assert.deepEqual(await again.list(), [promoted]);
	const stored = JSON.parse(await readFile(join(promoted.folder, 'exam.json'), 'utf8'));
	assert.deepEqual([stored.exam, stored.judgement], [promotion.exam, promotion.judgement]);
});

test('golden windows of the camera go with the version, those of the folder where none are given', async () => {
	await using here = await bench();
	const source = await here.learned(1);
	const { sha256, id } = (await readModel(source)).manifest;
	const said = new Map([['patch', 0.5] as const]);
	const base = { model: { id, sha256 }, framesPerSecond: 10, expected: [said, said, said] };
	const drawn: Golden = { ...base, clip: drawGoldenClip(5) };
	const own: Golden = { ...base, clip: { ...drawGoldenClip(5), kind: 'recorded' } };
	for (const [name, content] of goldenFiles(drawn)) await writeFile(join(source, name), content);
	const store = here.store();
	const first = await store.promote(source, promotion);
	assert.deepEqual(await readGolden(first.folder, sha256), drawn);
	const second = await store.promote(source, { ...promotion, golden: own });
	assert.deepEqual(await readGolden(second.folder, sha256), own);
});

test('versions are counted up, the oldest go, and what is rolled back is not come back to', async () => {
	await using here = await bench(3);
	const store = here.store();
	for (const seed of [1, 2, 3, 4]) await store.promote(await here.learned(seed), promotion);
	const ids = async () => (await store.list()).map(({ model, current }) => `${model.id}${current ? ' *' : ''}`);
	assert.deepEqual(await ids(), ['small-4 *', 'small-3', 'small-2']);
	assert.equal((await readdir(here.root)).length, 4);
	assert.equal((await store.rollBack())!.model.id, 'small-3');
	assert.deepEqual(await ids(), ['small-3 *', 'small-2']);
	const fifth = await store.promote(await here.learned(5), promotion);
	assert.match(fifth.name, /^0005-/);
	assert.deepEqual(await ids(), ['small-5 *', 'small-3', 'small-2']);
	assert.equal((await readdir(here.root)).length, 4);
	for (const before of ['small-3', 'small-2']) assert.equal((await store.rollBack())!.model.id, before);
	assert.equal(await store.rollBack(), null);
	assert.equal(await here.store().current(), null);
	assert.deepEqual(here.warnings, []);
});

for (const [what, damage] of [
	['weights with one bit changed', (folder: string) => flip(join(folder, 'weights.safetensors'))],
	['a manifest cut short', (folder: string) => truncate(join(folder, 'model.json'), 20)],
	['no list of its files', (folder: string) => rm(join(folder, 'version.json'))],
	['a list of files that leads elsewhere', (folder: string) => lead(join(folder, 'version.json'))],
	['no folder', (folder: string) => rm(folder, { recursive: true })],
] as const) {
	test(`where the current version has ${what} the one before is used, told once, and rolled back from there`, async () => {
		await using here = await bench();
		const store = here.store();
		await store.promote(await here.learned(1), promotion);
		await store.promote(await here.learned(2), promotion);
		const { folder, name } = await store.promote(await here.learned(3), promotion);
		await damage(folder);
		assert.equal((await store.current())!.model.id, 'small-2');
		assert.equal((await store.current())!.current, true);
		assert.deepEqual(
			(await store.list()).map(({ model, current }) => [model.id, current]),
			[
				['small-2', true],
				['small-1', false],
			],
		);
		assert.equal(here.warnings.length, 1);
		assert.ok(here.warnings[0]!.startsWith(`the model version ${name} is damaged and left aside: `));
		assert.equal((await store.rollBack())!.model.id, 'small-1');
	});
}

test('a pointer that is damaged is told, and the newest whole version is taken', async () => {
	await using here = await bench();
	await here.store().promote(await here.learned(1), promotion);
	await here.store().promote(await here.learned(2), promotion);
	await writeFile(join(here.root, 'current.json'), '{"history": [');
	const store = here.store();
	assert.equal((await store.current())!.model.id, 'small-2');
	assert.match(here.warnings[0]!, /current\.json is damaged/);
	assert.match((await store.promote(await here.learned(3), promotion)).name, /^0003-/);
});

test('a folder that holds no usable model is refused, and nothing has changed', async () => {
	await using here = await bench();
	const store = here.store();
	const source = await here.learned(1);
	await store.promote(source, promotion);
	await flip(join(source, 'weights.safetensors'));
	await assert.rejects(store.promote(source, promotion), (error) => isForeframeError(error, 'MODEL_INVALID'));
	assert.equal((await store.list()).length, 1);
});

test('a disk that fails is told with a code, and leaves no draft', async () => {
	await using here = await bench();
	const full = { ...diskSteps, rename: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) };
	await assert.rejects(here.store(full).promote(await here.learned(1), promotion), (error) => {
		assert.ok(isForeframeError(error, 'STORE_FAILED'), String(error));
		assert.match(error.message, /no space/);
		return true;
	});
	assert.deepEqual(await readdir(here.root), []);
});

for (const [what, change] of [
	['promotion', (store: ReturnType<typeof openModelStore>, source: string) => store.promote(source, promotion)],
	['roll-back', (store: ReturnType<typeof openModelStore>) => store.rollBack()],
] as const) {
	test(`a kill before, in the middle of or after any step of a ${what} leaves the old model or the new one, whole`, async () => {
		const seen = new Set<string>();
		await using prepared = await bench(2);
		const [source, next] = [await prepared.learned(3), await prepared.learned(4)];
		for (const seed of [1, 2]) await prepared.store().promote(await prepared.learned(seed), promotion);
		for (let killAt = 0; ; killAt++) {
			await using here = await bench(2);
			await cp(prepared.root, here.root, { recursive: true });
			const killer = killedAt(killAt);
			const done = await change(here.store(killer), source).then(
				() => true,
				() => false,
			);

			const restarted = here.store();
			const current = (await restarted.current())!.model.id;
			seen.add(current);
			assert.ok(['small-2', what === 'promotion' ? 'small-3' : 'small-1'].includes(current), `${killAt}: ${current}`);
			assert.deepEqual(here.warnings, [], `${killAt}`);
			// It goes on as if nothing had been, and clears up.
			const fourth = await restarted.promote(next, promotion);
			assert.deepEqual(await restarted.current(), fourth);
			assert.equal((await readdir(here.root)).length, (await restarted.list()).length + 1, `${killAt}`);
			assert.deepEqual(here.warnings, []);
			if (done) break;
		}
		assert.deepEqual([...seen].sort(), what === 'promotion' ? ['small-2', 'small-3'] : ['small-1', 'small-2']);
	});
}

/**
 * A disk of a process that is killed: the step of this number does not happen, or half of it where it writes, or all of it
 * and nobody is told; nothing happens after it, tidying up included.
 */
function killedAt(killAt: number): DiskSteps {
	let step = -1;
	const dead = new Error('killed');
	const kill = (run: () => Promise<void>, half: () => Promise<void>) => async () => {
		step++;
		const [place, how] = [Math.floor(killAt / 3), killAt % 3];
		if (step < place) return run();
		if (step === place && how === 1) await half();
		if (step === place && how === 2) await run();
		throw dead;
	};
	const nothing = async () => {};
	return {
		makeFolder: (path) => kill(() => diskSteps.makeFolder(path), nothing)(),
		writeFile: (path, content) =>
			kill(
				() => diskSteps.writeFile(path, content),
				() => writeFile(path, content.subarray(0, content.length >> 1)),
			)(),
		rename: (from, to) => kill(() => diskSteps.rename(from, to), nothing)(),
		syncFolder: (path) => kill(() => diskSteps.syncFolder(path), nothing)(),
		replaceFile: (path, content) =>
			kill(
				() => diskSteps.replaceFile(path, content),
				() => writeFile(`${path}.draft.tmp`, content.slice(0, 20)),
			)(),
		// A folder goes file by file.
		remove: (path) =>
			kill(
				() => diskSteps.remove(path),
				() => rm(join(path, 'weights.safetensors'), { force: true }),
			)(),
	};
}

async function flip(path: string): Promise<void> {
	const bytes = await readFile(path);
	await writeFile(path, bytes.with(bytes.length - 5, bytes.at(-5)! ^ 1));
}

async function lead(path: string): Promise<void> {
	const text = await readFile(path, 'utf8');
	await writeFile(path, text.replace('"model.json"', '"../model.json"'));
}
