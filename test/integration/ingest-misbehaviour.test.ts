import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSimulatedCamera } from '../../src/ingest/simulate/camera.ts';
import { missing } from '../support/peers.ts';
import { watchSource } from '../support/watched-source.ts';

const SCENE = { kind: 'scene', width: 320, height: 180, framesPerSecond: 10 } as const;

// Side by side, since the most of it is waiting.
describe('Misbehaviour', { concurrency: 2 }, () => {
	for (const engine of ['node-av', 'ffmpeg'] as const) {
		describe(`A camera that misbehaves, read by ${engine}`, { skip: engine === 'ffmpeg' && missing('ffmpeg') }, () => {
			for (const transport of ['tcp', 'udp'] as const) {
				test(`Packets lost over ${transport} are counted and the pictures after them are damaged, until it is well again`, async () => {
					await using camera = await openSimulatedCamera({ source: SCENE });
					await using source = watchSource({ kind: 'rtsp', url: camera.url, engine, transport });
					await source.until('frames', () => source.frames.length >= 5);
					assert.deepEqual(source.told('packets-lost'), []);
					await camera.misbehave({ kind: 'drop', share: 0.2 });
					await source.until('damage', () => source.frames.some(({ damage }) => damage !== null), 20_000);
					await camera.misbehave({ kind: 'behave' });
					const lost = source.told('packets-lost').reduce((sum, { count }) => sum + count, 0);
					assert.ok(lost > 0 && lost < 1000, `${lost} packets lost`);
					assert.ok(source.told('frame-damaged').length > 0);
					const mark = source.frames.length;
					await source.until('whole pictures', () =>
						source.frames.slice(mark + 3).some(({ damage }) => damage === null),
					);
				});
			}

			test('A jump in time starts a run; a repeated picture does not', async () => {
				await using camera = await openSimulatedCamera({ source: SCENE });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('frames', () => source.frames.length >= 5);
				await camera.misbehave({ kind: 'freeze' }, 1);
				await source.until('more frames', () => source.frames.length >= 12);
				assert.ok(source.frames.every(({ run }) => run === 1));
				await camera.misbehave({ kind: 'jump', seconds: 7 });
				await source.until('the next run', () => source.frames.some(({ run }) => run === 2));
				assert.match(source.told('run-started')[1]?.reason ?? '', /7\.\d s without a frame/);
				assert.equal(source.told('camera-lost').length, 0);
			});

			test('Another resolution in the running stream starts a run of that size', async () => {
				await using camera = await openSimulatedCamera({ source: SCENE });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('frames', () => source.frames.length >= 5);
				const before = source.frames.at(-1)!;
				await camera.misbehave({ kind: 'resize', width: 320, height: 240 });
				await source.until('another size', () => source.frames.some(({ width }) => width !== before.width));
				assert.match(source.told('run-started').at(-1)?.reason ?? '', /picture changed|connected/);
			});

			test('A presentation without video is told as one that the camera refuses to play', async () => {
				await using camera = await openSimulatedCamera({ source: SCENE });
				await camera.misbehave({ kind: 'no-video' });
				await using source = watchSource({ kind: 'rtsp', url: camera.url, engine });
				await source.until('the failure', () => source.told('camera-lost').length > 0, 20_000);
				// Nothing is set up, since only video is asked for, and PLAY is refused.
				assert.equal(source.told('camera-lost')[0]?.reason, 'refused', source.told('camera-lost')[0]?.detail ?? '');
			});
		});
	}
});
