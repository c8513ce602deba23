import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openSimulatedCamera, type SimulatedCameraOptions } from '../../src/ingest/simulate/camera.ts';
import type { SimulatedSource } from '../../src/ingest/simulate/feed/feed.ts';
import { dataFolder, withoutData } from '../support/data.ts';
import { missing } from '../support/peers.ts';

const run = promisify(execFile);
const scene = { kind: 'scene', width: 320, height: 180, framesPerSecond: 20 } as const;

async function opened(t: TestContext, source: SimulatedSource, more: Partial<SimulatedCameraOptions> = {}) {
	const camera = await openSimulatedCamera({ source, ...more });
	t.after(() => camera[Symbol.asyncDispose]());
	return camera;
}

interface Probed {
	readonly pts_time?: string;
	readonly pict_type: string;
	readonly width: number;
	readonly height: number;
}

/** The pictures that ffprobe decodes in about so many seconds; it fails on what it cannot play. */
async function probe(url: string, transport: 'tcp' | 'udp', seconds: number): Promise<Probed[]> {
	const { stdout, stderr } = await run(
		'ffprobe',
		// biome-ignore format: a command line
		[
			'-v', 'error', '-rtsp_transport', transport, '-select_streams', 'v', '-read_intervals', `%+${seconds}`,
			'-show_entries', 'frame=pts_time,pict_type,width,height', '-of', 'json', url,
		],
		{ timeout: 30_000 },
	);
	assert.equal(stderr, '', 'ffprobe complained');
	return JSON.parse(stdout).frames;
}

/** Waits for GStreamer to decode ten pictures. */
async function playWithGStreamer(url: string, transport: 'tcp' | 'udp', login: readonly string[] = []): Promise<void> {
	const source = ['rtspsrc', `location=${url}`, `protocols=${transport}`, 'latency=0', ...login];
	const decoding = ['!', 'rtph264depay', '!', 'h264parse', '!', 'avdec_h264', '!', 'fakesink', 'num-buffers=10'];
	await run('gst-launch-1.0', ['-q', ...source, ...decoding], { timeout: 20_000 });
}

for (const transport of ['tcp', 'udp'] as const) {
	test(`ffprobe plays the scene over ${transport}`, { skip: missing('ffprobe') }, async (t) => {
		const camera = await opened(t, scene);
		const frames = await probe(camera.url, transport, 1);
		assert.ok(frames.length >= 15, `${frames.length} frames`);
		assert.deepEqual([frames[0]!.pict_type, frames[0]!.width, frames[0]!.height], ['I', 320, 180]);
		// libavformat gives a stream's first picture no time.
		const times = frames.slice(1).map((frame) => Number(frame.pts_time));
		assert.ok(
			times.slice(1).every((time, order) => Math.abs(time - times[order]! - 0.05) < 0.001),
			String(times),
		);
	});

	test(`GStreamer plays the scene over ${transport}`, { skip: missing('gst-launch') }, async (t) => {
		const camera = await opened(t, scene);
		await playWithGStreamer(camera.url, transport);
	});
}

test('ffprobe and GStreamer log in with Digest, and ffprobe is refused with a wrong password', {
	skip: missing('ffprobe', 'gst-launch'),
}, async (t) => {
	const camera = await opened(t, scene, { credentials: { user: 'ann', password: 's3cret:/x' } });
	const withLogin = (login: string) => camera.url.replace('rtsp://', `rtsp://${login}@`);
	assert.ok((await probe(withLogin('ann:s3cret%3A%2Fx'), 'tcp', 0.5)).length > 3);
	await playWithGStreamer(camera.url, 'tcp', ['user-id=ann', 'user-pw=s3cret:/x']);
	await assert.rejects(probe(withLogin('ann:wrong'), 'tcp', 0.5), /401 Unauthorized/);
});

test('a camera that offers Basic alone is played too', { skip: missing('ffprobe') }, async (t) => {
	const credentials = { user: 'ann', password: 's3cret' };
	const camera = await opened(t, scene, { credentials, schemes: ['basic'] });
	assert.ok((await probe(camera.url.replace('rtsp://', 'rtsp://ann:s3cret@'), 'tcp', 0.5)).length > 3);
});

test('four clients at once each get every picture', { skip: missing('ffprobe') }, async (t) => {
	const camera = await opened(t, scene);
	const transports = ['tcp', 'udp', 'tcp', 'udp'] as const;
	const all = await Promise.all(transports.map((transport) => probe(camera.url, transport, 1)));
	for (const frames of all) assert.ok(frames.length >= 15 && frames[0]!.pict_type === 'I', `${frames.length} frames`);
});

test('a recording with H.264 goes through as it is, with B pictures, and its time goes on over the loop', {
	skip: missing('ffmpeg', 'ffprobe'),
}, async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-simulate-'));
	t.after(() => rm(folder, { recursive: true }));
	const path = join(folder, 'short.mp4');
	const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=20', '-t', '1'];
	await run('ffmpeg', [
		'-v',
		'error',
		...picture,
		'-pix_fmt',
		'yuv420p',
		'-c:v',
		'libx264',
		'-bf',
		'2',
		'-x264-params',
		'b-adapt=0',
		path,
	]);
	const camera = await opened(t, { kind: 'video', path });
	const frames = await probe(camera.url, 'tcp', 2.5);
	assert.ok(frames.some(({ pict_type }) => pict_type === 'B'));
	assert.ok(frames.filter(({ pict_type }) => pict_type === 'I').length >= 2);
	const times = frames.flatMap(({ pts_time }) => (pts_time === undefined ? [] : [Number(pts_time)]));
	assert.ok(times.at(-1)! > 1.9, String(times));
	const steps = times.slice(1).map((time, order) => time - times[order]!);
	// The first picture of a round has no room before it for the decoder's delay, so one step may be longer.
	assert.ok(
		steps.every((step) => step > 0.04 && step < 0.16),
		String(steps),
	);
});

test('a recording that is not H.264 is coded anew', {
	skip: missing('ffprobe') || withoutData('vtest.avi'),
}, async (t) => {
	const camera = await opened(t, { kind: 'video', path: join(dataFolder, 'vtest.avi') });
	const frames = await probe(camera.url, 'tcp', 1);
	assert.ok(frames.length >= 8);
	assert.deepEqual([frames[0]!.width, frames[0]!.height], [768, 576]);
});

test('a frozen camera repeats one picture exactly while its time goes on, and mends', {
	skip: missing('ffmpeg'),
}, async (t) => {
	const camera = await opened(t, scene);
	const hashes = async () => {
		// biome-ignore format: a command line
		const arguments_ = ['-v', 'error', '-rtsp_transport', 'tcp', '-i', camera.url, '-frames:v', '12', '-f', 'framemd5', '-'];
		const { stdout } = await run('ffmpeg', arguments_, { timeout: 20_000 });
		const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		return new Set(lines.map((line) => line.split(',').at(-1)!.trim())).size;
	};
	assert.ok((await hashes()) > 10);
	await camera.misbehave({ kind: 'freeze' });
	assert.equal(await hashes(), 1);
	await camera.misbehave({ kind: 'behave' });
	assert.ok((await hashes()) > 10);
});
