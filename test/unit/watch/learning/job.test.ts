import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { utcMs } from '../../../../src/core/units.ts';
import { footageName } from '../../../../src/ingest/footage-folder.ts';
import { beginJob, endJob, findJob, noteJob } from '../../../../src/watch/learning/job.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const START = 1_700_000_000_000;

/** Chunks of 15 s each. */
async function collected(folder: string, chunks: number): Promise<string> {
	const path = join(folder, 'footage');
	await mkdir(path);
	for (let place = 0; place < chunks; place++) {
		const from = START + place * 15_000;
		await writeFile(join(path, footageName(utcMs(from), utcMs(from + 15_000))), `chunk ${place}`);
	}
	return path;
}

test('a learning holds out the last fifth of the footage and keeps it all, whatever becomes of the collection', async () => {
	await using folder = await temporaryFolder();
	const footage = await collected(folder.path, 20);
	const work = join(folder.path, 'learning');
	assert.equal(await findJob(work), null);
	const job = await beginJob(work, footage);
	await rm(footage, { recursive: true });
	assert.equal(job.seconds, 240);
	const [trained, heldOut] = [await readdir(job.footage), await readdir(job.heldOut)];
	assert.deepEqual([trained.length, heldOut.length], [16, 4]);
	assert.ok(trained.toSorted().at(-1)! < heldOut.toSorted()[0]!);
	assert.deepEqual(await findJob(work), job);
	const later = await noteJob(work, job, { stage: 'exam', attempts: 2 });
	assert.deepEqual(await findJob(work), later);
	await writeFile(join(work, 'job.json'), '{"v":');
	assert.equal(await findJob(work), null);
	await endJob(work);
	assert.deepEqual(await readdir(folder.path), []);
});

test('too little footage is refused with what was wanted', async () => {
	await using folder = await temporaryFolder();
	const footage = await collected(folder.path, 2);
	await assert.rejects(
		beginJob(join(folder.path, 'learning'), footage),
		/30 s of footage.*at least 25 s.*LEARNING_FAILED/,
	);
});

test('footage from around something that was confirmed is not learned from', async () => {
	await using folder = await temporaryFolder();
	const footage = await collected(folder.path, 20);
	const confirmed = [{ from: utcMs(START + 50_000), to: utcMs(START + 61_000) }];
	const job = await beginJob(join(folder.path, 'learning'), footage, confirmed);
	const names = [...(await readdir(job.footage)), ...(await readdir(job.heldOut))];
	assert.equal(names.length, 18);
	assert.ok(!names.some((name) => name.startsWith(String(START + 45_000)) || name.startsWith(String(START + 60_000))));
});
