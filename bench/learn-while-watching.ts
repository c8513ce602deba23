/**
 * Does watching go on while a model is learned beside it? `node bench/learn-while-watching.ts [--cameras 2] [--seconds 45]
 * [--rounds 2] [--threads 2] [--nice 19] [--frames-per-second 5] [--json]`. The daemon as a child process watches simulated cameras
 * over RTSP (the built-in scene, coded once and served in a loop) with the default detector, in turns alone and with a learning
 * child at the priority the daemon gives it, the lowest: windows scored and dropped, age of frames when they were scored (one window
 * a second and camera), samples learned a second. What else the machine does is in the figures: its load is printed.
 */

import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { isAbort } from '../src/core/errors.ts';
import { cameraId } from '../src/core/units.ts';
import { writeSceneRecording } from '../src/ingest/simulate/recording.ts';
import { spawnSimulatedCamera } from '../src/ingest/simulate/spawn.ts';
import { runLearningChild } from '../src/learn/child.ts';
import { collectFootage } from '../src/learn/collect.ts';
import { replaceFile } from '../src/record/replace-file.ts';
import { startDaemon, type TestDaemon } from '../test/support/daemon.ts';
import { freePort } from '../test/support/mosquitto.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { printTable } from './support.ts';

const SCENE = { width: 320, height: 180, framesPerSecond: 10, oddities: 'none' } as const;
const SCENE_MINUTES = 0.3;
const FOOTAGE_MINUTES = 1.5;
/** Until the networks are loaded and the first windows scored; and until a learning child computes, or is gone. */
const WARM_UP_SECONDS = 15;
const SETTLE_SECONDS = 3;

const { values } = parseArgs({
	options: {
		cameras: { type: 'string', default: '2' },
		seconds: { type: 'string', default: '45' },
		rounds: { type: 'string', default: '2' },
		threads: { type: 'string', default: '2' },
		nice: { type: 'string', default: '19' },
		'frames-per-second': { type: 'string', default: '5' },
		json: { type: 'boolean', default: false },
	},
});
const seconds = positive('seconds', values.seconds);
const rounds = positive('rounds', values.rounds);
const framesPerSecond = positive('frames-per-second', values['frames-per-second']);
const names = Array.from({ length: positive('cameras', values.cameras) }, (_, place) => `camera-${place + 1}`);

await using folder = await temporaryFolder();
const recording = join(folder.path, 'scene.mp4');
await writeSceneRecording(recording, { kind: 'scene', ...SCENE, minutes: SCENE_MINUTES });
const footage = await collected(recording);
await using camera = await spawnSimulatedCamera({ source: { kind: 'video', path: recording } });
await using daemon = await startDaemon({
	mqtt: { embedded: { enabled: true, port: await freePort() } },
	cameras: Object.fromEntries(
		names.map((name) => [
			name,
			{ source: { kind: 'rtsp', url: camera.url }, framesPerSecond, learning: { enabled: false } },
		]),
	),
});
for (const name of names) await daemon.line(new RegExp(`${name}: connected`), 60_000);
using ages = await followAges(daemon);
await pause(WARM_UP_SECONDS);

const phases: Phase[] = [];
for (let round = 0; round < rounds; round++) {
	phases.push(await measure('alone'));
	phases.push(await whileLearning(() => measure('learning beside it')));
}
const conditions = [...Map.groupBy(phases, ({ condition }) => condition)].map(([condition, own]) =>
	summaryOf(condition, own),
);
const report = {
	cameras: names.length,
	'frames a second': framesPerSecond,
	'learning threads': Number(values.threads),
	'learning nice': Number(values.nice),
	cores: availableParallelism(),
	'load at the end': loadavg()[0]!.toFixed(1),
};
if (values.json) console.log(JSON.stringify({ ...report, conditions }));
else {
	printTable([report]);
	console.log();
	printTable(conditions);
}

type Condition = 'alone' | 'learning beside it';
interface Phase {
	readonly condition: Condition;
	readonly seconds: number;
	readonly scored: number;
	readonly dropped: number;
	readonly framesDropped: number;
	readonly agesMs: readonly number[];
	readonly samplesPerSecond: number | null;
}

async function measure(condition: Condition): Promise<Phase> {
	const before = await counters(daemon);
	ages.take();
	await pause(seconds);
	const after = await counters(daemon);
	return {
		condition,
		seconds,
		scored: after.scored - before.scored,
		dropped: after.dropped - before.dropped,
		framesDropped: after.framesDropped - before.framesDropped,
		agesMs: ages.take(),
		samplesPerSecond: null,
	};
}

/** Begins when the first steps are made, and ends learning after. */
async function whileLearning(work: () => Promise<Phase>): Promise<Phase> {
	const leaving = new AbortController();
	const begun = Promise.withResolvers<void>();
	const steps: { readonly step: number; readonly atMs: number }[] = [];
	const learning = runLearningChild(
		{
			footage: [footage],
			out: join(folder.path, `model-${phases.length}`),
			minutes: 600,
			threads: Number(values.threads),
			nice: Number(values.nice),
			framesPerSecond,
		},
		{
			signal: leaving.signal,
			told: (event) => {
				if (event.kind !== 'training') return;
				steps.push({ step: event.step, atMs: performance.now() });
				begun.resolve();
			},
		},
	);
	const ended = learning.catch((error: unknown) => {
		if (!isAbort(error)) throw error;
	});
	await Promise.race([begun.promise, ended]);
	const first = steps.length - 1;
	const phase = await work();
	leaving.abort();
	await ended;
	await pause(SETTLE_SECONDS);
	const [from, to] = [steps[first]!, steps.at(-1)!];
	return { ...phase, samplesPerSecond: (8 * (to.step - from.step) * 1000) / (to.atMs - from.atMs) };
}

function summaryOf(condition: Condition, own: readonly Phase[]) {
	const sum = (of: (phase: Phase) => number) => own.reduce((total, phase) => total + of(phase), 0);
	const sorted = own.flatMap(({ agesMs }) => agesMs).toSorted((a, b) => a - b);
	const share = (wanted: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * wanted))] ?? Number.NaN;
	const samples = own.map(({ samplesPerSecond }) => samplesPerSecond ?? 0);
	return {
		watching: condition,
		seconds: sum((phase) => phase.seconds),
		'windows scored': sum((phase) => phase.scored),
		'expected at most': sum((phase) => phase.seconds) * framesPerSecond * names.length,
		'windows dropped': sum((phase) => phase.dropped),
		'frames dropped': sum((phase) => phase.framesDropped),
		'age p50 ms': share(0.5),
		'age p95 ms': share(0.95),
		'age max ms': share(1),
		'samples learned/s': samples.reduce((total, value) => total + value, 0) / samples.length,
	};
}

/** What `learn --footage` reads, made of the recording. */
async function collected(path: string): Promise<string> {
	const into = join(folder.path, 'footage');
	await collectFootage({
		camera: {
			id: cameraId('bench'),
			source: { kind: 'file', path, pace: 'fast', loop: true, engine: 'node-av' },
			framesPerSecond,
			size: 'auto',
		},
		minutes: FOOTAGE_MINUTES,
		folder: into,
		replaceFile,
		signal: new AbortController().signal,
		told: () => {},
	});
	return into;
}

async function counters({ http }: TestDaemon) {
	const text = await (await fetch(`${http}/metrics`)).text();
	const sum = (series: RegExp) => [...text.matchAll(series)].reduce((total, [, value]) => total + Number(value), 0);
	return {
		scored: sum(/^foreframe_camera_frames_total\{[^}]*stage="scored"[^}]*\} (\S+)$/gm),
		dropped: sum(/^foreframe_camera_windows_dropped_total\{[^}]*reason="backpressure"[^}]*\} (\S+)$/gm),
		framesDropped: sum(/^foreframe_camera_frames_dropped_total\{[^}]*\} (\S+)$/gm),
	};
}

/** From a frame's arrival to its score, of one window a second and camera: what every WebSocket client is told. */
async function followAges({ http }: TestDaemon): Promise<Disposable & { take(): number[] }> {
	const recent: number[] = [];
	const socket = new WebSocket(`${http.replace('http', 'ws')}/ws`);
	socket.on('message', (data) => {
		const { topic, payload } = JSON.parse(String(data)) as { topic: string; payload: { frame_age_ms?: number | null } };
		if (!topic.endsWith('/stats') || payload.frame_age_ms == null) return;
		recent.push(payload.frame_age_ms);
	});
	await once(socket, 'open');
	return {
		take: () => recent.splice(0),
		[Symbol.dispose]: () => socket.terminate(),
	};
}

function pause(forSeconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, forSeconds * 1000));
}

function positive(name: string, text: string): number {
	const value = Number(text);
	if (value > 0) return value;
	throw new Error(`Cannot use --${name} ${text}: expected a number above 0`);
}
