import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isForeframeError } from '../../src/core/errors.ts';
import { imageSize, readImage, readMask } from '../../src/ingest/image.ts';
import { missing } from '../support/peers.ts';
import { childrenOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchSource } from '../support/watched-source.ts';

const TINY = { width: 32, height: 32 };

describe('Recordings and pictures', { skip: missing('ffmpeg') }, () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	const path = (name: string) => join(folder.path, name);
	const make = (name: string, ...args: readonly string[]) => {
		execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, path(name)], { stdio: ['ignore', 'ignore', 'inherit'] });
		return path(name);
	};
	const filmed = (name: string, filter: string, ...more: readonly string[]) =>
		make(name, '-f', 'lavfi', '-i', filter, '-c:v', 'libx264', '-preset', 'ultrafast', ...more);

	before(async () => {
		folder = await temporaryFolder();
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});

	for (const engine of ['node-av', 'ffmpeg'] as const) {
		test(`A recording read by ${engine} in a hurry gives every due frame once, and ends`, async () => {
			const file = filmed('mandel.mp4', 'testsrc2=s=320x180:r=25:d=6', '-bf', '2', '-g', '25');
			await using source = watchSource({ kind: 'file', path: file, pace: 'fast', engine });
			assert.equal(await source.ended, null);
			assert.deepEqual(
				source.frames.map(({ run, index }) => `${run}.${index}`),
				Array.from({ length: 30 }, (_, n) => `1.${n}`),
			);
			const start = source.frames[0]!.capturedAt;
			for (const [n, frame] of source.frames.entries()) assert.equal(frame.capturedAt - start, n * 200);
			assert.equal(source.told('camera-lost')[0]?.retryInMs, null);
			assert.equal(childrenOf(process.pid).filter(({ command }) => /child\.ts|ffmpeg/.test(command)).length, 0);
		});

		test(`A recording read by ${engine} at its own pace takes as long as it lasts; each round is a run`, async () => {
			const file = filmed('short.mp4', 'testsrc2=s=320x180:r=10:d=1.6');
			await using source = watchSource({ kind: 'file', path: file, loop: true, engine });
			await source.until('the second frame', () => source.frames.length >= 2);
			const began = performance.now();
			await source.until('three rounds', () => source.frames.some(({ run }) => run === 3), 20_000);
			const took = performance.now() - began;
			assert.ok(took > 2500, `took ${took} ms`);
			assert.equal(source.frames.filter(({ run }) => run === 1).length, 8);
			for (const [n, frame] of source.frames.slice(1).entries()) {
				assert.ok(frame.capturedAt > source.frames[n]!.capturedAt, 'capture times rise over the rounds');
			}
		});

		test(`Black is 0 and white 255 by ${engine}, in limited range, in full range and where it is not said`, async () => {
			const ranges = { limited: 'tv', full: 'pc', unsaid: '' };
			for (const [name, range] of Object.entries(ranges)) {
				const convert = range === '' ? '' : `,scale=out_range=${range}`;
				const halves = `color=black:s=64x64:r=5:d=1,drawbox=x=32:y=0:w=32:h=64:color=white:t=fill${convert},format=yuv420p`;
				const file = filmed(`${name}.mp4`, halves, '-qp', '10', ...(range === '' ? [] : ['-color_range', range]));
				await using source = watchSource({ kind: 'file', path: file, pace: 'fast', engine }, { size: TINY });
				assert.equal(await source.ended, null);
				const { luma } = source.frames[0]!;
				assert.ok(luma[5 * 32 + 5]! <= 2, `${name}: black is ${luma[5 * 32 + 5]}`);
				assert.ok(luma[5 * 32 + 27]! >= 253, `${name}: white is ${luma[5 * 32 + 27]}`);
			}
		});

		test(`A change of resolution and a hole in the times start runs by ${engine}`, async () => {
			const parts = [
				filmed('a.ts', 'testsrc2=s=320x180:r=10:d=2'),
				filmed('b.ts', 'testsrc2=s=640x360:r=10:d=2', '-output_ts_offset', '2'),
			];
			const list = path('list.ts');
			execFileSync('sh', ['-c', `cat "$1" "$2" > "$3"`, 'sh', ...parts, list]);
			await using changed = watchSource({ kind: 'file', path: list, pace: 'fast', engine });
			assert.equal(await changed.ended, null);
			assert.match(changed.told('run-started')[1]?.reason ?? '', /from 320x180 to 640x360/);

			const holed = make(
				'holed.mkv',
				'-f',
				'lavfi',
				'-i',
				"testsrc2=s=320x180:r=10:d=6,select='not(between(t,2,4))'",
				'-fps_mode',
				'passthrough',
				'-c:v',
				'libx264',
			);
			await using gap = watchSource({ kind: 'file', path: holed, pace: 'fast', engine });
			assert.equal(await gap.ended, null);
			assert.equal(gap.told('run-started').length, 2);
			assert.match(gap.told('run-started')[1]?.reason ?? '', /2\.\d s without a frame/);
		});

		test(`A broken file is refused by ${engine} with a sentence, a missing one too`, async () => {
			writeFileSync(path('broken.mp4'), Buffer.alloc(20_000, 'no video at all '));
			for (const name of ['broken.mp4', 'absent.mp4']) {
				await using source = watchSource({ kind: 'file', path: path(name), pace: 'fast', engine });
				const error = await source.ended;
				assert.ok(isForeframeError(error, 'SOURCE_FAILED'), String(error));
				assert.ok(error.message.includes(path(name)), error.message);
			}
		});
	}

	test('Both engines give the same pictures', async () => {
		const file = filmed('both.mp4', 'testsrc2=s=640x360:r=25:d=2,noise=alls=20');
		const [library = [], program = []] = await Promise.all(
			(['node-av', 'ffmpeg'] as const).map(async (engine) => {
				await using source = watchSource({ kind: 'file', path: file, pace: 'fast', engine });
				assert.equal(await source.ended, null);
				return [...source.frames];
			}),
		);
		assert.equal(library.length, 10);
		assert.equal(program.length, 10);
		for (const [n, frame] of library.entries()) {
			const other = program[n]!.luma;
			const worst = frame.luma.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
			assert.ok(worst <= 2, `frame ${n} differs by ${worst}`);
		}
	});

	test('A folder of pictures comes in the order of its numbers, at the rate asked for', async () => {
		await using pictures = await temporaryFolder();
		const levels = [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200];
		for (const [n, level] of levels.entries()) {
			const grey = `0x${level.toString(16).padStart(2, '0').repeat(3)}`;
			const name = join(pictures.path, n % 2 === 0 ? `frame${n}.png` : `frame${n}.jpg`);
			execFileSync('ffmpeg', [
				'-v',
				'error',
				'-f',
				'lavfi',
				'-i',
				`color=${grey}:s=64x48`,
				'-frames:v',
				'1',
				'-qmin',
				'1',
				'-q:v',
				'1',
				name,
			]);
		}
		const options = { kind: 'images', path: pictures.path, framesPerSecond: 10, pace: 'fast' };
		await using source = watchSource(options, { framesPerSecond: 5, size: TINY });
		assert.equal(await source.ended, null);
		const seen = source.frames.map(({ luma }) => luma[100]!);
		assert.equal(seen.length, 6);
		for (const [n, level] of seen.entries()) assert.ok(Math.abs(level - n * 40) <= 2, `${n}: ${level}`);
		await using none = watchSource({ ...options, path: join(pictures.path, 'absent') });
		assert.ok(isForeframeError(await none.ended, 'SOURCE_FAILED'));
	});

	test('A picture is the mean of what each pixel covers; a mask is zeros and ones', async () => {
		const png = path('half.png');
		const draw = 'color=black:s=64x64,drawbox=x=32:y=0:w=32:h=64:color=white:t=fill,format=gray';
		execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', draw, '-frames:v', '1', png]);
		assert.deepEqual(await imageSize(png), { width: 64, height: 64 });
		assert.deepEqual([...(await readImage(png, { width: 4, height: 1 }))], [0, 0, 255, 255]);
		const [left, middle, right] = await readImage(png, { width: 3, height: 1 });
		assert.ok(left === 0 && right === 255 && Math.abs((middle ?? 0) - 127.5) <= 2, `${middle}`);
		const bits = path('bits.png');
		execFileSync('ffmpeg', ['-v', 'error', '-i', png, '-pix_fmt', 'monob', bits]);
		for (const file of [png, bits]) {
			const mask = await readMask(file, { width: 8, height: 2 });
			assert.deepEqual([...mask], [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
		}
		writeFileSync(path('broken.png'), 'PNG?');
		writeFileSync(path('broken.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
		for (const name of ['broken.png', 'broken.jpg', 'absent.png']) {
			await assert.rejects(readImage(path(name), TINY), (error) => isForeframeError(error, 'SOURCE_FAILED'));
		}
	});
});
