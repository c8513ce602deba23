/**
 * A long watch: `node bench/soak.ts [--minutes 10] [--video FILE] [--json]`. The daemon as a child process, with its embedded
 * broker and the default detector, watches a recording (vtest.avi of the data folder unless told) that the built-in camera
 * serves over RTSP in a loop, coded as H.264 once. Every ten seconds: memory and CPU of the daemon and its child, windows
 * scored and dropped, ages of frames when they were scored. At the end the growth of memory, by least squares after the
 * warm-up. Exit code 1 when a window was dropped because the machine did not keep up.
 */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { spawnSimulatedCamera } from '../src/ingest/simulate/spawn.ts';
import { startDaemon, type TestDaemon } from '../test/support/daemon.ts';
import { dataFolder } from '../test/support/data.ts';
import { freePort } from '../test/support/mosquitto.ts';
import { missing } from '../test/support/peers.ts';
import { childrenOf } from '../test/support/processes.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { residentMegabytes, ticksOf } from './process-usage.ts';
import { printTable } from './support.ts';

const FRAMES_PER_SECOND = 5;
const SAMPLE_SECONDS = 10;
const CAMERA = 'soak';
/** Loading, compiling, the first calibration and the first rounds of garbage collection are over by then. */
const WARM_UP_SECONDS_MAX = 180;
const REASONS = ['backpressure', 'damaged', 'starting'] as const;
type Reason = (typeof REASONS)[number];

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '10' },
		video: { type: 'string', default: join(dataFolder, 'vtest.avi') },
		json: { type: 'boolean', default: false },
	},
});
const minutes = Number(values.minutes);
if (!(minutes >= 0.5)) throw new Error(`Cannot soak for ${values.minutes} minutes: expected at least 0.5`);
if (!existsSync(values.video)) throw new Error(`Cannot soak on ${values.video}: there is no such video`);
const lacking = missing('ffmpeg');
if (lacking !== false) throw new Error(lacking);

await using folder = await temporaryFolder();
await using camera = await spawnSimulatedCamera({
	host: '127.0.0.1',
	port: 0,
	source: { kind: 'video', path: asH264(values.video, join(folder.path, 'footage.mp4')) },
});
await using daemon = await startDaemon({
	mqtt: { embedded: { enabled: true, port: await freePort() } },
	cameras: {
		[CAMERA]: {
			source: { kind: 'rtsp', url: camera.url },
			framesPerSecond: FRAMES_PER_SECOND,
			// The recording begins again at its end, which is what a loop is.
			integrity: { ignore: ['loop'] },
			// Learning and watching are both part of it.
			score: { calibrationMinutes: Math.min(1, minutes / 4) },
		},
	},
});
await daemon.line(new RegExp(`${CAMERA}: connected`), 30_000);
using ages = await followAges(daemon);

const samples: Sample[] = [];
const seconds = minutes * 60;
const begin = performance.now();
let before = await countersOf(daemon);
const first = before;
for (let at = SAMPLE_SECONDS; at <= seconds; at += SAMPLE_SECONDS) {
	await new Promise((resolve) => setTimeout(resolve, begin + at * 1000 - performance.now()));
	const now = await countersOf(daemon);
	samples.push(sampleOf(before, now, ages.take()));
	if (!values.json) printSample(samples.at(-1)!, samples.length === 1);
	before = now;
}
const report = reportOf(samples, first, before, daemon);
const { code, tookMs } = await daemon.stop();
if (values.json) console.log(JSON.stringify({ ...report, samples, stop: { code, tookMs } }));
else {
	console.log();
	printTable(Object.entries(report).map(([what, value]) => ({ what, value })));
	console.log(`\nstopped with ${code} in ${Math.round(tookMs)} ms`);
}
if (report['dropped: backpressure'] > 0 || code !== 0) process.exitCode = 1;

interface Counters {
	readonly atMs: number;
	readonly daemonMegabytes: number;
	readonly childMegabytes: number;
	readonly daemonTicks: number;
	readonly childTicks: number;
	readonly children: number;
	readonly scored: number;
	readonly dropped: Readonly<Record<Reason, number>>;
	/** Sampled frames that nobody took in time. */
	readonly framesDropped: number;
}

interface Sample {
	readonly seconds: number;
	readonly 'daemon MB': number;
	readonly 'child MB': number;
	readonly children: number;
	readonly 'daemon CPU %': number;
	readonly 'child CPU %': number;
	readonly scored: number;
	readonly 'dropped b/d/s': string;
	readonly 'age p50 ms': number;
	readonly 'age p95 ms': number;
}

async function countersOf({ pid, http }: TestDaemon): Promise<Counters> {
	const text = await (await fetch(`${http}/metrics`)).text();
	const metric = (series: string) => {
		const found = text.split('\n').find((line) => line.startsWith(`${series} `));
		if (found === undefined) throw new Error(`There is no series ${series}`);
		return Number(found.slice(series.length + 1));
	};
	const dropped = (reason: Reason) =>
		metric(`foreframe_camera_windows_dropped_total{camera="${CAMERA}",reason="${reason}"}`);
	const children = childrenOf(pid).filter(({ state }) => state !== 'Z');
	const sum = (of: (pid: number) => number) => children.reduce((total, child) => total + of(child.pid), 0);
	return {
		atMs: performance.now(),
		daemonMegabytes: residentMegabytes(pid),
		childMegabytes: sum(residentMegabytes),
		daemonTicks: ticksOf(pid),
		childTicks: sum(ticksOf),
		children: children.length,
		scored: metric(`foreframe_camera_frames_total{camera="${CAMERA}",stage="scored"}`),
		dropped: { backpressure: dropped('backpressure'), damaged: dropped('damaged'), starting: dropped('starting') },
		framesDropped: metric(`foreframe_camera_frames_dropped_total{camera="${CAMERA}"}`),
	};
}

function sampleOf(before: Counters, now: Counters, ages: readonly number[]): Sample {
	// A tick is 10 ms on every Linux that Node runs on.
	const cpu = (ticks: number) => (ticks * 1000) / (now.atMs - before.atMs);
	return {
		seconds: Math.round((now.atMs - begin) / 1000),
		'daemon MB': now.daemonMegabytes,
		'child MB': now.childMegabytes,
		children: now.children,
		'daemon CPU %': cpu(now.daemonTicks - before.daemonTicks),
		'child CPU %': cpu(now.childTicks - before.childTicks),
		scored: now.scored - before.scored,
		'dropped b/d/s': REASONS.map((reason) => now.dropped[reason] - before.dropped[reason]).join('/'),
		'age p50 ms': share(ages, 0.5),
		'age p95 ms': share(ages, 0.95),
	};
}

function reportOf(samples: readonly Sample[], first: Counters, last: Counters, { lines }: TestDaemon) {
	const warmUp = Math.min(WARM_UP_SECONDS_MAX, seconds / 3);
	const warm = samples.filter((sample) => sample.seconds >= warmUp);
	const growth = (key: 'daemon MB' | 'child MB') => {
		const { slope, error } = line(warm.map((sample) => [sample.seconds / 3600, sample[key]]));
		return `${slope.toFixed(1)} ± ${(2 * error).toFixed(1)}`;
	};
	const mean = (key: 'daemon CPU %' | 'child CPU %') =>
		warm.reduce((total, sample) => total + sample[key], 0) / warm.length;
	const watched = (last.atMs - first.atMs) / 1000;
	return {
		minutes: watched / 60,
		'windows scored': last.scored - first.scored,
		'windows a second': (last.scored - first.scored) / watched,
		// Since the daemon's start, before the first sample too.
		'dropped: backpressure': last.dropped.backpressure,
		'dropped: damaged': last.dropped.damaged,
		'dropped: starting': last.dropped.starting,
		'frames dropped': last.framesDropped,
		'times the camera was lost': lines.filter((text) => text.includes('lost the camera')).length,
		'age p50 ms': share(ages.all, 0.5),
		'age p95 ms': share(ages.all, 0.95),
		'daemon CPU % of one core': mean('daemon CPU %'),
		'child CPU % of one core': mean('child CPU %'),
		'warm-up s': warmUp,
		'daemon MB at its end': warm[0]!['daemon MB'],
		'daemon MB at the end': warm.at(-1)!['daemon MB'],
		'child MB at the end': warm.at(-1)!['child MB'],
		'daemon growth MB/h': growth('daemon MB'),
		'child growth MB/h': growth('child MB'),
	};
}

/** Least squares: y over x, with the standard error of the slope. */
function line(points: readonly (readonly [number, number])[]): { readonly slope: number; readonly error: number } {
	const n = points.length;
	const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
	const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
	const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
	const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
	return { slope, error: Math.sqrt(rest / Math.max(1, n - 2) / spread) };
}

function share(values: readonly number[], wanted: number): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length * wanted)] ?? Number.NaN;
}

function printSample(sample: Sample, withHead: boolean): void {
	const width = (key: string) => Math.max(9, key.length);
	const row = (cells: readonly (readonly [string, string])[]) =>
		console.log(cells.map(([key, text]) => text.padStart(width(key))).join('  '));
	const entries = Object.entries(sample);
	if (withHead) row(entries.map(([key]) => [key, key]));
	row(entries.map(([key, value]) => [key, typeof value === 'number' ? String(Math.round(value * 10) / 10) : value]));
}

/** From a frame's arrival to its score, of one window a second: what every WebSocket client is told. */
async function followAges({ http }: TestDaemon): Promise<Disposable & { take(): number[]; readonly all: number[] }> {
	const all: number[] = [];
	let recent: number[] = [];
	const socket = new WebSocket(`${http.replace('http', 'ws')}/ws`);
	socket.on('message', (data) => {
		const { topic, payload } = JSON.parse(String(data)) as { topic: string; payload: { frame_age_ms: number | null } };
		if (topic !== `camera/${CAMERA}/stats` || payload.frame_age_ms === null) return;
		all.push(payload.frame_age_ms);
		recent.push(payload.frame_age_ms);
	});
	await once(socket, 'open');
	return {
		all,
		take: () => {
			const taken = recent;
			recent = [];
			return taken;
		},
		[Symbol.dispose]: () => socket.terminate(),
	};
}

function asH264(video: string, out: string): string {
	const coding = ['-an', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-bf', '0', '-g', '20'];
	const input = ['-v', 'error', '-i', video, '-pix_fmt', 'yuv420p'];
	execFileSync('ffmpeg', [...input, ...coding, out], { stdio: ['ignore', 'ignore', 'inherit'] });
	return out;
}
