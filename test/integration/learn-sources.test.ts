import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { COMMANDS } from '../../src/commands/list.ts';
import { isForeframeError } from '../../src/core/errors.ts';
import { cameraId } from '../../src/core/units.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import { sourceOptions } from '../../src/ingest/options.ts';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { spawnSimulatedCamera } from '../../src/ingest/simulate/spawn.ts';
import { collectFootage } from '../../src/learn/collect.ts';
import { type LearnEvent, learnEvent } from '../../src/learn/events.ts';
import { replaceFile } from '../../src/record/replace-file.ts';
import { writeCollectedFootage } from '../support/collected-footage.ts';
import { recordedIo } from '../support/command-io.ts';
import { freePort } from '../support/mosquitto.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCENE = { kind: 'scene', width: 320, height: 180, framesPerSecond: 10 } as const;
const PASSWORD = 'correct-horse';

async function learn(...args: string[]) {
	const io = recordedIo({});
	const code = await runCommandLine(['learn', '--steps', '1', '--threads', '1', '--nice', '0', '--json', ...args], io, {
		commands: COMMANDS,
		version: '0',
	});
	const lines = io.out().trimEnd().split('\n');
	const events = code === 0 ? lines.map((line) => learnEvent.parse(JSON.parse(line))) : [];
	return { code, out: io.out(), err: io.err(), events };
}
const of = <Kind extends LearnEvent['kind']>(events: readonly LearnEvent[], kind: Kind) =>
	events.filter((event): event is Extract<LearnEvent, { kind: Kind }> => event.kind === kind);

describe('Learning', () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	before(async () => {
		folder = await temporaryFolder();
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});

	test('from videos holds out the end of each', async () => {
		const [first, second] = [join(folder.path, 'a.mp4'), join(folder.path, 'b.mkv')];
		await writeSceneRecording(first, { ...SCENE, minutes: 0.25 });
		await writeSceneRecording(second, { ...SCENE, minutes: 0.1, seed: 2 });
		const out = join(folder.path, 'videos');
		const { code, err, events } = await learn('--video', first, '--video', second, '--out', out, '--doubt', '0');
		assert.equal(code, 0, err);
		const [footage] = of(events, 'footage');
		// 75 and 30 frames at 5 a second, of which at least two windows are held out.
		assert.deepEqual(footage, {
			kind: 'footage',
			clips: 2,
			frames: 65 + 20,
			doubted: 0,
			heldOut: ['a.mp4 from 13 s', 'b.mkv from 4 s'],
		});
		const { manifest } = await readModel(out);
		assert.deepEqual([manifest.framesPerSecond, manifest.training.data], [5, ['a.mp4', 'b.mkv']]);
		const doubted = await learn('--video', first, '--video', second, '--out', join(folder.path, 'doubted'));
		assert.equal(doubted.code, 0, doubted.err);
		const [partly] = of(doubted.events, 'footage');
		assert.ok(partly!.doubted > 0 && partly!.doubted < 40, `${partly!.doubted} frames are doubted`);
		assert.equal(partly!.frames, 65 + 20);
	});

	test('from a live camera watches it first, and neither its password nor its pictures stay', async () => {
		await using camera = await spawnSimulatedCamera({
			source: SCENE,
			credentials: { user: 'viewer', password: PASSWORD },
		});
		await writeFile(join(folder.path, 'password'), PASSWORD, { mode: 0o600 });
		const config = join(folder.path, 'foreframe.yaml');
		const source = { kind: 'rtsp', url: camera.url, username: 'viewer', passwordFile: 'password' };
		await writeFile(config, stringify({ cameras: { yard: { source, framesPerSecond: 10 } } }));
		const out = join(folder.path, 'live');
		const {
			code,
			err,
			out: told,
			events,
		} = await learn(
			...['--config', config, '--camera', 'yard', '--watch-minutes', '0.1', '--doubt', '0', '--out', out],
		);
		assert.equal(code, 0, err);
		const last = of(events, 'collecting').at(-1)!;
		assert.deepEqual([last.camera, last.ofSeconds], ['yard', 6]);
		assert.ok(last.seconds >= 6 && last.frames >= 60);
		const { manifest } = await readModel(out);
		assert.deepEqual([manifest.framesPerSecond, manifest.training.data], [10, ['yard']]);
		assert.ok(!`${told}${err}${JSON.stringify(manifest)}`.includes(PASSWORD));
		assert.deepEqual((await readdir(out)).toSorted(), ['golden.json', 'model.json', 'weights.safetensors']);
	});

	test('footage that does not fit into memory is thinned out, evenly, and this is told', async () => {
		const collected = join(folder.path, 'much');
		await writeCollectedFootage(collected, { chunks: 6 });
		const chunkBytes = 50 * 64 * 48;
		const memory = `${(3.5 * chunkBytes) / 2 ** 30}`;
		const { code, err, events } = await learn(
			'--footage',
			collected,
			'--out',
			join(folder.path, 'thin'),
			'--memory',
			memory,
		);
		assert.equal(code, 0, err);
		assert.match(of(events, 'warning')[0]?.message ?? '', /3 of 6 parts are learned from, evenly spread/);
		assert.equal(of(events, 'footage')[0]!.frames, 3 * 50 - 18);
	});

	test('a camera that shows nothing is given up, with the reason', async () => {
		const url = `rtsp://127.0.0.1:${await freePort()}/`;
		const told: LearnEvent[] = [];
		await assert.rejects(
			collectFootage({
				camera: {
					id: cameraId('gone'),
					source: sourceOptions.parse({ kind: 'rtsp', url }),
					framesPerSecond: 5,
					size: 'auto',
				},
				minutes: 1,
				folder: join(folder.path, 'gone'),
				replaceFile,
				signal: new AbortController().signal,
				told: (event) => told.push(event),
				patienceMs: 15_000,
			}),
			(error) =>
				isForeframeError(error, 'SOURCE_FAILED') && /gone: it has shown nothing for 15 s \(refused/.test(error.message),
		);
		assert.match(of(told, 'warning')[0]!.message, /The camera gone is away: refused/);
	});

	test('a video that is not there and a password in the arguments are refused at once', async () => {
		const out = join(folder.path, 'never');
		const missing = await learn('--video', join(folder.path, 'none.mp4'), '--out', out);
		assert.equal(missing.code, 1);
		assert.match(missing.err, /none\.mp4: there is no such file \(SOURCE_FAILED\)/);
		const leaky = await learn('--source', `rtsp://viewer:${PASSWORD}@127.0.0.1/`, '--out', out);
		assert.equal(leaky.code, 64);
		assert.ok(!leaky.err.includes(PASSWORD));
	});
});
