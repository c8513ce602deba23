import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readDataset } from '../../src/ingest/dataset.ts';
import { simulateCommand } from '../../src/ingest/simulate/command.ts';
import { writeSceneDataset } from '../../src/ingest/simulate/dataset.ts';
import { spawnSimulatedCamera } from '../../src/ingest/simulate/spawn.ts';
import { connectRtsp } from '../support/rtsp-client.ts';

const scene = { kind: 'scene', width: 320, height: 180 } as const;

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function within(ms: number, condition: () => boolean): Promise<boolean> {
	for (const until = performance.now() + ms; performance.now() < until; ) {
		if (condition()) return true;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	return condition();
}

test('a camera in a process of its own plays, counts its clients, misbehaves, and is gone when disposed', async () => {
	const camera = await spawnSimulatedCamera({ source: scene });
	await using client = await connectRtsp(camera.port);
	await client.play(camera.url);
	await client.morePackets(5);
	assert.ok(await within(1000, () => camera.clients === 1));
	await camera.misbehave({ kind: 'close' });
	await client.closed;
	assert.ok(await within(1000, () => camera.clients === 0));
	await camera[Symbol.asyncDispose]();
	assert.equal(isAlive(camera.pid), false);
});

test('a camera that cannot be opened in its process says why', async () => {
	const opening = spawnSimulatedCamera({ source: { kind: 'video', path: '/nowhere.mp4' } });
	await assert.rejects(opening, /nowhere\.mp4.*SOURCE_FAILED/);
});

test('the process of a camera ends with a parent that was killed', async () => {
	const spawnUrl = new URL('../../src/ingest/simulate/spawn.ts', import.meta.url);
	const program = `
		const { spawnSimulatedCamera } = await import(${JSON.stringify(spawnUrl)});
		const camera = await spawnSimulatedCamera({ source: { kind: 'scene', width: 64, height: 64 } });
		console.log(camera.pid);
		setInterval(() => {}, 1000);`;
	const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [line] = await once(parent.stdout, 'data');
	const pid = Number(String(line));
	assert.equal(isAlive(pid), true);
	parent.kill('SIGKILL');
	assert.ok(await within(5000, () => !isAlive(pid)), 'the camera outlives its parent');
});

test('the command serves with a password from a file, misbehaves as typed, and ends by its signal', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-simulate-'));
	t.after(() => rm(folder, { recursive: true }));
	await writeFile(join(folder, 'camera-password'), 'hunter2\n');
	const ending = new AbortController();
	const stdin = new PassThrough();
	let told = '';
	const serving = simulateCommand(
		['--port', '0', '--size', '320x180', '--user', 'ann', '--password-file', 'camera-password'],
		{
			stdout: { write: (text: string) => (told += text) },
			signal: ending.signal,
			env: { CREDENTIALS_DIRECTORY: folder },
			stdin,
		},
	);
	assert.ok(await within(5000, () => told.includes('Serving')));
	const url = /rtsp:\/\/\S+/.exec(told)![0];
	await using client = await connectRtsp(Number(new URL(url).port));
	const authorization = `Basic ${Buffer.from('ann:hunter2').toString('base64')}`;
	// Basic is not offered, so even the right password is not taken this way.
	assert.equal((await client.request('DESCRIBE', url, { Authorization: authorization })).status, 401);
	stdin.write('sulk\n');
	assert.ok(await within(2000, () => told.includes('knows no misbehaviour sulk')));
	stdin.write('close\n');
	await client.closed;
	ending.abort();
	assert.equal(await serving, 0);
	assert.doesNotMatch(told, /hunter2/);
});

test('the scene becomes a data set that is read like any other, the same each time', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-dataset-'));
	t.after(() => rm(folder, { recursive: true }));
	const options = { width: 160, height: 90, trainingClips: 1, testingClips: 2, framesPerClip: 40, framesPerSecond: 5 };
	let progress = 0;
	await writeSceneDataset(join(folder, 'one'), { ...options, onProgress: (done) => (progress = done) });
	assert.equal(progress, 120);
	const few = { ...options, testingClips: 1, framesPerClip: 12 };
	await writeSceneDataset(join(folder, 'two'), few);
	await writeSceneDataset(join(folder, 'three'), few);
	const picture = (name: string) => readFile(join(folder, name, 'testing/frames/01/011.jpg'));
	assert.deepEqual(await picture('two'), await picture('three'));
	const dataset = await readDataset(join(folder, 'one'));
	assert.equal(dataset.framesPerSecond, 5);
	assert.deepEqual([dataset.training.length, dataset.testing.length], [1, 2]);
	for (const clip of dataset.testing) {
		assert.equal(clip.pictures.length, 40);
		assert.equal(clip.anomalous[0], false);
		assert.ok(clip.anomalous.filter(Boolean).length > 8);
		assert.equal((await readdir(join(folder, 'one/testing/masks', clip.name))).length, 40);
		assert.equal(clip.masks?.length, 40);
		// One oddity each, and named wherever something is anomalous.
		assert.equal(new Set(clip.oddities.map(({ kind }) => kind)).size, 1);
		const named = clip.pictures.map((_, at) => clip.oddities.some(({ first, last }) => at >= first && at <= last));
		assert.deepEqual(named, clip.anomalous);
	}
	assert.deepEqual(
		dataset.testing.map(({ oddities }) => oddities[0]?.kind),
		['cyclist', 'runner'],
	);
});
