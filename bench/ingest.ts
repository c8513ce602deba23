/**
 * What a camera costs: `node bench/ingest.ts [--json] [--seconds N]`. H.264 640x360 at 25 frames a second over RTSP/TCP from
 * GStreamer's server, 5 a second taken. Delays are from the picture's making, before it is encoded, to the frame in this
 * process (a picture that carries its time); CPU and memory are measured on real footage where ../shared/data has it.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import { cameraId } from '../src/core/units.ts';
import { hrtimeMs } from '../src/ingest/frame-maker.ts';
import { openSource } from '../src/ingest/open-source.ts';
import type { Engine } from '../src/ingest/options.ts';
import { dataFolder, withoutData } from '../test/support/data.ts';
import { type CameraOptions, stampedAgeMs, startGStreamerCamera } from '../test/support/gstreamer-rtsp.ts';
import { missing } from '../test/support/peers.ts';
import { childrenOf } from '../test/support/processes.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { residentMegabytes, ticksOf } from './process-usage.ts';
import { median, printTable } from './support.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, seconds: { type: 'string', default: '20' } } });
const seconds = Number(values.seconds);
const lacking = missing('gstreamer-rtsp', 'ffmpeg');
if (lacking !== false) throw new Error(lacking);

await using folder = await temporaryFolder();
const footage = realFootage();
const rows = [];
for (const engine of ['node-av', 'ffmpeg'] as const) {
	for (const cameras of [1, 4]) rows.push(await measure(engine, cameras));
}
if (values.json) console.log(JSON.stringify(rows));
else printTable(rows);

async function measure(engine: Engine, cameras: number) {
	const { cpuPercent, childMegabytes, mainCpuPercent } = await cost(engine, cameras);
	const delays = await delaysMs(engine, cameras);
	return {
		engine,
		cameras,
		'child CPU %/camera': cpuPercent,
		'main CPU %/camera': mainCpuPercent,
		'child MB': childMegabytes,
		'delay p50 ms': median(delays),
		'delay p95 ms': delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.95)] ?? Number.NaN,
	};
}

async function cost(engine: Engine, cameras: number) {
	return await watching(engine, cameras, footage, async (frames) => {
		const children = childrenOf(process.pid).filter(({ command }) => /child\.ts|^\S*ffmpeg /.test(command));
		const ticks = children.map(({ pid }) => ticksOf(pid));
		const main = process.cpuUsage();
		const count = frames();
		await pause(seconds * 1000);
		if (frames() - count < seconds * 5 * cameras * 0.9) throw new Error(`Only ${frames() - count} frames came`);
		const { user, system } = process.cpuUsage(main);
		// A tick is 10 ms on every Linux that Node runs on; ms per second, as a share of one core.
		const used = children.map(({ pid }, n) => ((ticksOf(pid) - (ticks[n] ?? 0)) * 10) / (seconds * 10));
		return {
			cpuPercent: used.reduce((sum, value) => sum + value, 0) / cameras,
			mainCpuPercent: (user + system) / (seconds * 10_000) / cameras,
			childMegabytes: median(children.map(({ pid }) => residentMegabytes(pid))),
		};
	});
}

async function delaysMs(engine: Engine, cameras: number): Promise<readonly number[]> {
	const delays: number[] = [];
	await watching(
		engine,
		cameras,
		{ stamped: true },
		async () => {
			delays.length = 0;
			await pause(seconds * 1000);
		},
		(luma, width) => delays.push(stampedAgeMs(luma, width, hrtimeMs())),
	);
	return delays;
}

/** Reads one camera `cameras` times and runs `body` when all of them give frames. */
async function watching<Result>(
	engine: Engine,
	cameras: number,
	options: CameraOptions,
	body: (frames: () => number) => Promise<Result>,
	onFrame: (luma: Uint8Array, width: number) => void = () => {},
): Promise<Result> {
	await using camera = await startGStreamerCamera(options);
	const leaving = new AbortController();
	const counts = Array.from({ length: cameras }, () => 0);
	const reading = counts.map(async (_zero, n) => {
		const request = {
			camera: cameraId(`camera-${n}`),
			source: { kind: 'rtsp', url: camera.url, transport: 'tcp', engine, timeoutSeconds: 8 },
			framesPerSecond: 5,
			size: 'auto',
		} as const;
		await using source = openSource(request, { clock: systemClock, observe: () => {} });
		for await (const { luma, width } of source.frames(leaving.signal)) {
			counts[n] = (counts[n] ?? 0) + 1;
			onFrame(luma, width);
		}
	});
	const settled = Promise.allSettled(reading);
	while (counts.some((count) => count < 5)) await pause(50);
	const result = await body(() => counts.reduce((sum, count) => sum + count, 0));
	leaving.abort();
	await settled;
	return result;
}

/** A real camera's pictures, played so that each second has 25 different ones. */
function realFootage(): CameraOptions {
	if (withoutData('vtest.avi') !== false) return {};
	const file = join(folder.path, 'footage.mp4');
	const rate = ['-vf', 'scale=640:360,setpts=N/25/TB', '-r', '25'];
	const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '50', '-b:v', '1M'];
	const input = ['-v', 'error', '-i', join(dataFolder, 'vtest.avi')];
	execFileSync('ffmpeg', [...input, ...rate, ...coding, file], { stdio: ['ignore', 'ignore', 'inherit'] });
	return { file };
}

async function pause(ms: number): Promise<void> {
	await systemClock.sleep(ms, new AbortController().signal);
}
