import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeSceneDataset } from '../../src/ingest/simulate/dataset.ts';
import { missing } from '../support/peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchSource } from '../support/watched-source.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('evaluate --json prints its JSON and nothing else, whatever libav thinks of the pictures', async () => {
	await using folder = await temporaryFolder();
	const clips = { trainingClips: 2, testingClips: 1, framesPerClip: 60 };
	await writeSceneDataset(folder.path, { ...clips, width: 160, height: 96 });
	const training = join(folder.path, 'training', 'frames');
	// Each without its end mark, which libav would tell of each time.
	for (const clip of readdirSync(training)) {
		for (const name of readdirSync(join(training, clip))) {
			const path = join(training, clip, name);
			writeFileSync(path, readFileSync(path).subarray(0, -2));
		}
	}
	const args = ['evaluate', '--dataset', folder.path, '--detector', 'linear-extrapolation', '--json'];
	const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
	assert.equal(stderr, '');
	assert.equal(status, 0);
	const report = JSON.parse(stdout) as { readonly frames: number };
	assert.ok(report.frames > 0);
});

test('simulate tells only of itself, also while it plays what libav grumbles at', {
	skip: missing('ffmpeg'),
}, async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'full-range.avi');
	const input = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x176:r=10:d=4'];
	execFileSync('ffmpeg', [...input, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', path]);
	const camera = spawn(process.execPath, [main, 'simulate', '--video', path, '--port', '0'], { stdio: 'pipe' });
	const closed = once(camera, 'close') as Promise<[number | null, string | null]>;
	let [stdout, stderr] = ['', ''];
	camera.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	camera.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString();
	});
	try {
		await once(camera.stdout, 'data');
		await using source = watchSource({ kind: 'rtsp', url: /rtsp:\/\/\S+/.exec(stdout)?.[0] ?? '' });
		await source.until('frames', () => source.frames.length >= 5);
	} finally {
		camera.kill('SIGINT');
	}
	assert.deepEqual(await closed, [0, null]);
	assert.equal(stderr, '');
	for (const line of stdout.trim().split('\n')) assert.match(line, /^(?:Serving rtsp:|One client is|\d+ clients are)/);
});
