import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ForeframeError } from '../../../src/core/errors.ts';
import { utcMs } from '../../../src/core/units.ts';
import { listFootage, readFootage } from '../../../src/ingest/footage-folder.ts';
import { type FootageOptions, FootageWriter } from '../../../src/ingest/footage-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { windowOf } from '../../support/window.ts';

const SIZE = { width: 16, height: 16 };
const RATE = 4;
const START = 1_700_000_000_000;

function options(folder: string, change: Partial<FootageOptions> = {}) {
	const failures: ForeframeError[] = [];
	const all: FootageOptions = {
		folder: join(folder, 'footage'),
		bytesMax: 1e9,
		keepMs: 1e12,
		replaceFile: (path, content) => writeFile(path, content),
		failed: (reason) => failures.push(reason),
		...change,
	};
	return { all, failures };
}

/** The window of three frames that ends at `index`. */
function windowAt(index: number, run = 1) {
	const frameAt = (at: number) => Uint8Array.from({ length: 256 }, (_, i) => (i + at * 3) % 256);
	const window = windowOf([frameAt(index - 2), frameAt(index - 1), frameAt(index)], SIZE, RATE);
	const frames = window.frames.map((frame, place) => ({
		...frame,
		run,
		index: index - 2 + place,
		capturedAt: utcMs(START + run * 1e6 + ((index - 2 + place) * 1000) / RATE),
	})) as [(typeof window.frames)[0], ...(typeof window.frames)[0][]];
	return { ...window, run, frames, target: frames[2]! };
}

async function clips(folder: string) {
	const found = [];
	for await (const clip of readFootage(folder, AbortSignal.timeout(10_000))) found.push(clip);
	return found;
}

test('the frames of windows are kept once each, in stretches, with the holes between them', async () => {
	await using folder = await temporaryFolder();
	const { all, failures } = options(folder.path);
	{
		await using writer = await FootageWriter.open(all);
		for (let index = 2; index < 22; index++) writer.add(windowAt(index));
		// Two windows were dropped, but none of their frames is missing: the next window has them.
		for (let index = 24; index < 30; index++) writer.add(windowAt(index));
		// Here one is.
		for (let index = 40; index < 60; index++) writer.add(windowAt(index));
		for (let index = 2; index < 20; index++) writer.add(windowAt(index, 2));
	}
	const found = await clips(all.folder);
	assert.deepEqual(
		found.map(({ frames }) => frames.length),
		[30, 22, 20],
	);
	assert.equal(found[0]!.framesPerSecond, RATE);
	assert.deepEqual(found[0]!.size, SIZE);
	assert.deepEqual([...found[1]!.frames[0]!], [...windowAt(40).frames[0].luma]);
	assert.deepEqual(failures, []);
});

test('footage is there again after a restart, and a file that is damaged is left out and told', async () => {
	await using folder = await temporaryFolder();
	const { all } = options(folder.path);
	{
		await using writer = await FootageWriter.open(all);
		for (let index = 2; index < 150; index++) writer.add(windowAt(index));
	}
	await using writer = await FootageWriter.open(all);
	assert.equal(Math.round(writer.seconds(utcMs(0))), 37);
	assert.equal(writer.seconds(utcMs(START * 2)), 0);
	const [first] = await listFootage(all.folder);
	const path = join(all.folder, first!.name);
	await writeFile(path, (await readFile(path)).subarray(0, 300));
	const refused: string[] = [];
	let count = 0;
	for await (const _clip of readFootage(all.folder, AbortSignal.timeout(10_000), {
		refused: ({ message }) => refused.push(message),
	}))
		count++;
	assert.equal(count, 2);
	assert.equal(refused.length, 1);
	assert.match(refused[0]!, new RegExp(first!.name));
});

test('what led to a window that is not normal is never written, nor are its frames, and clearing leaves nothing', async () => {
	await using folder = await temporaryFolder();
	const { all } = options(folder.path);
	await using writer = await FootageWriter.open(all);
	for (let index = 2; index < 62; index++) writer.add(windowAt(index));
	for (let index = 62; index < 90; index++) writer.add(windowAt(index));
	writer.leaveOut(windowAt(90));
	for (let index = 91; index < 111; index++) writer.add(windowAt(index));
	await writer[Symbol.asyncDispose]();
	const kept = await clips(all.folder);
	assert.deepEqual(
		kept.map(({ frames }) => frames.length),
		[60, 20],
	);
	assert.deepEqual([...kept[1]!.frames[0]!], [...windowAt(91).target.luma]);
	await writer.clear();
	assert.deepEqual(await listFootage(all.folder), []);
	assert.equal(writer.bytes, 0);
});

test('a full disk is told, and footage goes on being tried', async () => {
	await using folder = await temporaryFolder();
	let full = true;
	const { all, failures } = options(folder.path, {
		replaceFile: async (path, content) => {
			if (full) throw new Error('no space');
			await writeFile(path, content);
		},
	});
	{
		await using writer = await FootageWriter.open(all);
		for (let index = 2; index < 62; index++) writer.add(windowAt(index));
		await new Promise((resolve) => setTimeout(resolve, 50));
		full = false;
		for (let index = 2; index < 62; index++) writer.add(windowAt(index, 2));
	}
	assert.equal(failures.length, 1);
	assert.match(failures[0]!.message, /no space.*STORE_FAILED/);
	assert.equal((await clips(all.folder)).length, 1);
});

test('only as much is read as may be held, spread over the time, and only what is alike', async () => {
	await using folder = await temporaryFolder();
	const { all } = options(folder.path);
	{
		await using writer = await FootageWriter.open(all);
		for (let run = 1; run <= 8; run++) {
			for (let index = 2; index < 22; index++) writer.add(windowAt(index, run));
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
	const names = (await listFootage(all.folder)).map(({ name }) => name);
	assert.equal(names.length, 8);
	const some = [];
	const signal = AbortSignal.timeout(10_000);
	for await (const { name } of readFootage(all.folder, signal, { bytesMax: 4 * 22 * 256 })) some.push(name);
	assert.deepEqual(some, [names[1], names[3], names[5], names[7]]);
	const like = { size: { width: 32, height: 16 }, framesPerSecond: RATE };
	for await (const { name } of readFootage(all.folder, signal, { like })) assert.fail(`${name} is not alike`);
});

test('a camera that showed nothing leaves no file and no failure', async () => {
	await using folder = await temporaryFolder();
	const { all, failures } = options(folder.path);
	{
		await using _writer = await FootageWriter.open(all);
	}
	assert.deepEqual(failures, []);
	assert.deepEqual(await listFootage(all.folder), []);
});
