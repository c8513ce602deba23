/**
 * How many false alarms hours of normal footage raise, against how many each budget allows:
 * `node bench/false-alarms.ts [--hours 1] [--calibrate-minutes 30] [--video FILE] [--detector mnad] [--model MODEL]
 * [--frames-per-second 5] [--seed 1] [--json]`.
 *
 * Without --video the footage is the simulated walkway without oddities, coded as H.264; calibration and watch are different
 * hours of its day. With --video a real recording without anomalies is played round after round, each with its own noise,
 * slow gain drift and bit rate, and coded anew; calibration and watch see the same people, so that its figure tells what
 * noise, light and compression alone do. Nothing begins or ends an alarm between two rounds.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alarmOptions, falseAlarmsPerHour } from '../src/alarm/options.ts';
import { type CameraConfig, configSchema } from '../src/config/schema.ts';
import { systemClock } from '../src/core/clock.ts';
import { cameraId } from '../src/core/units.ts';
import { openDetectors } from '../src/detectors.ts';
import { openRuntimes } from '../src/inference.ts';
import type { SourceOptions } from '../src/ingest/options.ts';
import { writeSceneRecording } from '../src/ingest/simulate/recording.ts';
import { inferenceOptions } from '../src/onnx/options.ts';
import { calibrateCamera } from '../src/watch/calibrate-camera.ts';
import { unchangedStore } from '../src/watch/replay/unchanged-store.ts';
import { replayCamera } from '../src/watch/replay-camera.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { writeRounds } from './false-alarms/rounds.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({
	options: {
		hours: { type: 'string', default: '1' },
		'calibrate-minutes': { type: 'string', default: '30' },
		video: { type: 'string' },
		detector: { type: 'string', default: 'mnad' },
		model: { type: 'string' },
		'frames-per-second': { type: 'string', default: '5' },
		seed: { type: 'string', default: '1' },
		json: { type: 'boolean', default: false },
	},
});
const minutes = { calibrate: Number(values['calibrate-minutes']), watch: 60 * Number(values.hours) };
const framesPerSecond = Number(values['frames-per-second']);
const seed = Number(values.seed);
const BUDGETS = ['1 per day', '1 per week', '1 per hour', '6 per hour', '60 per hour'] as const;

await using folder = await temporaryFolder();
const { signal } = new AbortController();
const say = (what: string) => process.stderr.write(`${what}\n`);

say('making the footage');
const recordings = { calibrate: await footage('calibrate', 0), watch: await footage('watch', 1) };

const camera = cameraOf(recordings.calibrate[0]!);
await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0 }), () => {});
await using detectors = openDetectors(inference);
const { detector } = await detectors.open(camera.detector, framesPerSecond);
const context = { camera, detector, clock: systemClock, observe: () => {}, signal };
say('calibrating');
const calibration = await calibrateCamera({
	...context,
	sources: recordings.calibrate,
	minutes: minutes.calibrate * 0.99,
	description: 'false-alarm benchmark',
	progress: () => {},
});
say('watching');
const [own, ...others] = BUDGETS.map(falseAlarmsPerHour);
const replay = await replayCamera({
	...context,
	recordings: recordings.watch,
	startedAt: [],
	knowledge: { detector, store: unchangedStore(calibration, null) },
	forgiven: () => [],
	standing: null,
	budgets: [own!, ...others],
});

const hours = replay.windows / framesPerSecond / 3600;
const rows = replay.budgets.map(({ level, alarms }, index) => ({
	budget: BUDGETS[index]!,
	level: level.level,
	extrapolated: level.extrapolated ? 'yes' : 'no',
	allowed: level.falseAlarmsPerHour * hours,
	alarms: alarms.length,
	'% of time':
		(100 * alarms.reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0)) / (3600 * hours),
}));
const about = {
	footage: values.video ?? 'simulated walkway',
	detector: detector.name,
	model: detector.model,
	framesPerSecond,
	seed,
	calibrationHours: calibration.footage.hours,
	hours,
};
if (values.json) console.log(JSON.stringify({ ...about, budgets: rows }));
else {
	console.log(
		`${about.detector} (${about.model.id} ${about.model.version}) on ${about.footage}, seed ${seed}: ` +
			`${hours.toFixed(2)} hours watched, ${about.calibrationHours.toFixed(2)} calibrated on`,
	);
	printTable(rows);
}

async function footage(name: 'calibrate' | 'watch', part: number): Promise<SourceOptions[]> {
	const paths: string[] = [];
	if (values.video === undefined) {
		const path = join(folder.path, `${name}.mkv`);
		const scene = { kind: 'scene', seed, oddities: 'none', framesPerSecond } as const;
		await writeSceneRecording(path, { ...scene, startSeconds: part * 7200, minutes: minutes[name] });
		paths.push(path);
	} else {
		const request = { video: values.video, framesPerSecond, minutes: minutes[name], seed: 1000 * seed + part };
		paths.push(...(await writeRounds(folder.path, name, request)));
	}
	return paths.map((path) => ({ kind: 'file', path, pace: 'fast', loop: false, engine: 'node-av' }));
}

function cameraOf(source: SourceOptions): CameraConfig {
	const name = { name: values.detector, ...(values.model === undefined ? {} : { model: values.model }) };
	const { cameras } = configSchema.parse({ cameras: { bench: { source, framesPerSecond, detector: name } } });
	return { ...cameras[cameraId('bench')]!, alarm: alarmOptions.parse({}), id: cameraId('bench'), name: 'bench' };
}
