import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hrtimeMs } from '../../src/ingest/frame-maker.ts';
import { stampedAgeMs, startGStreamerCamera } from '../support/gstreamer-rtsp.ts';
import { missing } from '../support/peers.ts';
import { childrenOf, processes, untilGone } from '../support/processes.ts';
import { type WatchedSource, watchSource } from '../support/watched-source.ts';

const READER = fileURLToPath(new URL('../support/read-camera.ts', import.meta.url));

// Side by side, since the most of it is waiting.
describe('RTSP', { concurrency: 2 }, () => {
	for (const engine of ['node-av', 'ffmpeg'] as const) {
		const skip = engine === 'ffmpeg' ? missing('gstreamer-rtsp', 'ffmpeg') : missing('gstreamer-rtsp');
		describe(`A camera over RTSP, read by ${engine}`, { skip, concurrency: 1 }, () => {
			test('gives whole frames at 5 a second with the times they were taken, and is told goodbye', async () => {
				await using camera = await startGStreamerCamera();
				{
					await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
					await source.until('20 frames', () => source.frames.length >= 20);
					assertSteady(source, 20);
					const [connected] = source.told('camera-connected');
					assert.deepEqual(connected && { ...connected, camera: 'x' }, {
						...{ kind: 'camera-connected', camera: 'x', codec: 'h264', width: 640, height: 360 },
						...{ transport: 'tcp', downMs: null },
					});
					assert.deepEqual(source.told('frame-damaged'), []);
					const decoded = source
						.told('frame-received')
						.filter(({ stage }) => stage === 'decoded')
						.reduce((sum, { count }) => sum + count, 0);
					assert.ok(decoded >= 60, `${decoded} decoded`);
				}
				// Told through another process's output, which comes when it comes.
				for (let n = 0; camera.teardowns() === 0 && n < 100; n++) await pause(10);
				assert.equal(camera.teardowns(), 1);
				assert.deepEqual(childrenOf(process.pid).filter(isReader(engine)), []);
			});

			test('says when a picture was taken, to some hundredths of a second', async () => {
				await using camera = await startGStreamerCamera({ stamped: true });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('20 frames', () => source.frames.length >= 20);
				const utcMinusMonotonic = Date.now() - hrtimeMs();
				const errors = source.frames.slice(5).map(({ capturedAt, luma, width }) => {
					const captured = capturedAt - utcMinusMonotonic;
					return stampedAgeMs(luma, width, captured);
				});
				const [least, most] = [Math.min(...errors), Math.max(...errors)];
				// The program keeps three frames back: its parser, its pipeline and its muxer one each.
				const allowed = engine === 'ffmpeg' ? 220 : 100;
				assert.ok(least > -5 && most < allowed, `between ${least} and ${most} ms late`);
				// The one thing that matters to a detector: the distances are right.
				assert.ok(most - least < 25, `between ${least} and ${most} ms late`);
			});

			test('gives the same over UDP', async () => {
				await using camera = await startGStreamerCamera();
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine, transport: 'udp' });
				await source.until('10 frames', () => source.frames.length >= 10);
				assertSteady(source, 10);
				assert.equal(source.told('camera-connected')[0]?.transport, 'udp');
			});

			test('is read in H.265 too', { skip: missing('gstreamer-h265') }, async () => {
				await using camera = await startGStreamerCamera({ codec: 'h265' });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('10 frames', () => source.frames.length >= 10);
				assertSteady(source, 10);
				assert.equal(source.told('camera-connected')[0]?.codec, 'hevc');
			});

			test('is shown in its display aspect ratio, with B-frames in the right order', async () => {
				await using camera = await startGStreamerCamera({ width: 360, height: 288, sampleAspect: '16/15', bframes: 2 });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('10 frames', () => source.frames.length >= 10);
				assertSteady(source, 10);
				const { width, height } = source.frames[0]!;
				assert.deepEqual({ width, height }, { width: 192, height: 144 });
			});

			test('with a password of odd characters is opened by it, and no process or event shows it', async () => {
				const password = 'p@ss:/#%? w"rd';
				await using camera = await startGStreamerCamera({ user: 'viewer', password });
				const url = camera.url.replace('rtsp://', `rtsp://viewer:${encodeURIComponent(password)}@`);
				await using source = watchSource({ kind: 'rtsp', url, engine });
				let seen = '';
				await source.until('a frame', () => {
					seen += processes()
						.filter(({ parent, command }) => parent === process.pid && isReader(engine)({ command }))
						.map(({ pid, command }) => command + environmentOf(pid))
						.join('\n');
					return source.frames.length >= 1;
				});
				assert.ok(seen.length > 0);
				for (const text of [seen, JSON.stringify(source.events)]) {
					for (const form of [password, encodeURIComponent(password), 'p@ss', 'p%40ss']) {
						assert.ok(!text.includes(form), `${form} is shown in ${text.slice(0, 500)}`);
					}
				}
			});

			test('says why it cannot be read: password, path, port, silence', async () => {
				await using camera = await startGStreamerCamera({ user: 'viewer', password: 'right' });
				const silent = createServer(() => {}).listen(0, '127.0.0.1');
				await once(silent, 'listening');
				const { port } = silent.address() as AddressInfo;
				const addresses: Record<string, string> = {
					unauthorised: camera.url.replace('rtsp://', 'rtsp://viewer:wrong@'),
					'not-found': camera.url.replace('rtsp://', 'rtsp://viewer:right@').replace('/stream', '/nothing'),
					refused: 'rtsp://127.0.0.1:9/stream',
					'timed-out': `rtsp://127.0.0.1:${port}/stream`,
				};
				await Promise.all(
					Object.entries(addresses).map(async ([reason, url]) => {
						await using source = watchSource({ kind: 'rtsp', url, engine, timeoutSeconds: 5 });
						await source.until(reason, () => source.told('camera-lost').length > 0, 20_000);
						const [lost] = source.told('camera-lost');
						assert.equal(lost?.reason, reason, lost?.detail ?? '');
						assert.ok(!/[\n]|wrong|right/.test(lost?.detail ?? ''), lost?.detail ?? '');
					}),
				);
				silent.close();
			});

			test('that stalls is given up after its time, and comes back as the next run', async () => {
				await using camera = await startGStreamerCamera();
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine, timeoutSeconds: 3 });
				await source.until('frames', () => source.frames.length >= 3);
				camera.stall();
				const stalledAt = performance.now();
				await source.until('the stall', () => source.told('camera-lost').length > 0);
				const after = performance.now() - stalledAt;
				assert.equal(source.told('camera-lost')[0]?.reason, 'stalled');
				assert.ok(after > 2500 && after < 6500, `seen after ${after} ms`);
				camera.resume();
				await source.until('the next run', () => source.frames.some(({ run }) => run === 2), 20_000);
				assert.equal(source.frames.find(({ run }) => run === 2)?.index, 0);
			});

			test('that is switched off and on comes back, and never has two children', async () => {
				const camera = await startGStreamerCamera();
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine, timeoutSeconds: 4 });
				let most = 0;
				const watching = setInterval(() => {
					most = Math.max(most, childrenOf(process.pid).filter(isReader(engine)).length);
				}, 20);
				await source.until('frames', () => source.frames.length >= 3);
				await camera.kill();
				await source.until('the loss', () => source.told('camera-lost').length > 0);
				assert.ok(['ended', 'refused', 'stalled'].includes(source.told('camera-lost')[0]?.reason ?? ''));
				await source.until('another attempt', () => source.told('camera-connecting').length >= 3);
				await using _again = await startGStreamerCamera({ port: camera.port });
				await source.until('frames again', () => source.frames.some(({ run }) => run > 1), 20_000);
				clearInterval(watching);
				assert.equal(most, 1);
				const connected = source.told('camera-connected');
				assert.equal(connected.length, 2);
				assert.ok((connected[1]?.downMs ?? 0) > 500);
			});

			test('whose child is killed is read by the next one', async () => {
				await using camera = await startGStreamerCamera();
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('frames', () => source.frames.length >= 3);
				const [child] = childrenOf(process.pid).filter(isReader(engine));
				process.kill(child!.pid, 'SIGKILL');
				await source.until('the death', () => source.told('child-exited').length > 0);
				assert.equal(source.told('camera-lost')[0]?.reason, 'crashed');
				await source.until('frames again', () => source.frames.some(({ run }) => run === 2));
				assert.ok(!processes().some(({ pid }) => pid === child!.pid), 'a zombie is left');
			});

			test('is let go when the daemon is killed, also while the camera stalls', async () => {
				for (const stalled of [false, true]) {
					await using camera = await startGStreamerCamera();
					const options = { kind: 'rtsp', url: camera.url, engine, timeoutSeconds: 4 };
					const daemon = spawn(process.execPath, [READER, JSON.stringify(options)], {
						stdio: ['ignore', 'pipe', 'inherit'],
					});
					await once(daemon.stdout, 'data');
					const [child] = childrenOf(daemon.pid ?? 0).filter(isReader(engine));
					assert.ok(child !== undefined);
					if (stalled) camera.stall();
					daemon.kill('SIGKILL');
					// The program notices a closed pipe only when it writes, or at the end of its own patience.
					await untilGone(child.pid, stalled && engine === 'ffmpeg' ? 30_000 : 4000);
					camera.resume();
				}
			});
		});
	}
});

function assertSteady({ frames, events }: WatchedSource, count: number): void {
	const first = frames[0]!;
	for (const [n, frame] of frames.slice(0, count).entries()) {
		assert.equal(frame.run, 1, JSON.stringify(events.filter(({ kind }) => kind === 'run-started')));
		assert.equal(frame.index, n);
		assert.equal(frame.luma.length, frame.width * frame.height);
		assert.equal(frame.damage, null);
		const offset = frame.capturedAt - first.capturedAt - n * 200;
		assert.ok(Math.abs(offset) < 150, `frame ${n} is ${offset} ms off its place`);
		if (n > 5) {
			const before = frames[n - 1]!;
			assert.ok(Math.abs(frame.capturedAt - before.capturedAt - 200) < 45, `${frame.capturedAt - before.capturedAt}`);
		}
	}
	// A moving white ball on black, in full range.
	assert.equal(Math.max(...first.luma), 255);
	assert.equal(Math.min(...first.luma), 0);
	assert.notDeepEqual(frames[0]?.luma, frames[count - 1]?.luma);
}

function isReader(engine: 'node-av' | 'ffmpeg') {
	const reader = engine === 'node-av' ? /node-av\/child\.ts/ : /^\S*ffmpeg /;
	return ({ command }: { readonly command: string }) => reader.test(command);
}

function environmentOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/environ`, 'utf8');
	} catch {
		return '';
	}
}
