/**
 * Whether a camera's memory can be poisoned, and whether it follows the light: `node bench/memory.ts [--calibrate-minutes 4]
 * [--minutes 5] [--drift-minutes 10] [--only poisoning|drift] [--seed 1] [--picture FILE.svg] [--json]`.
 *
 * The shipped model at 5 frames a second on the simulated walkway, drawn small, through the daemon's own brain. Poisoning: a
 * spot of light sweeps over the picture for minutes; memory `online` and `paper`, and `online` without what guards it; with the shipped
 * model's channels, and judged by the distance from the memory alone. Drift: the
 * picture grows brighter by four tenths and its shadows harder, as in an hour, in ten minutes; memory `online`, one that never
 * learns, and the same pictures in the light as it was. Budget one false alarm an hour.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Detector } from '../src/detect/detector.ts';
import type { MemoryMode } from '../src/detect/mnad/step.ts';
import { openDetectors } from '../src/detectors.ts';
import { openRuntimes } from '../src/inference.ts';
import { inferenceOptions } from '../src/onnx/options.ts';
import type { Calibration } from '../src/score/calibration.ts';
import { openFootage, withSpot } from '../test/support/walkway-frames.ts';
import { FRAMES_PER_SECOND, openWatchedCamera } from '../test/support/watched-camera.ts';
import { type Chart, type Curve, chartsSvg } from './memory/curves.ts';
import { calibrated, neverLearning, type Run, run, type Stretch } from './memory/runs.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({
	options: {
		'calibrate-minutes': { type: 'string', default: '4' },
		minutes: { type: 'string', default: '5' },
		'drift-minutes': { type: 'string', default: '10' },
		only: { type: 'string' },
		seed: { type: 'string', default: '1' },
		picture: { type: 'string' },
		json: { type: 'boolean', default: false },
	},
});
const BUDGET_PER_HOUR = 1;
/** Of the light, in share of what it is at the beginning. */
const GROWTH = 0.4;
const minutes = {
	calibrate: Number(values['calibrate-minutes']),
	poison: Number(values.minutes),
	drift: Number(values['drift-minutes']),
};
const windowsOf = (count: number) => Math.round(60 * FRAMES_PER_SECOND * count);
const stretch = windowsOf(0.5);
const watchFrom = windowsOf(minutes.calibrate) + windowsOf(2);
const say = (what: string) => process.stderr.write(`${what}\n`);

const footage = openFootage(Number(values.seed));
await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0, provider: 'cpu' }), () => {});
await using detectors = openDetectors(inference);
const [online, paper] = [await open('online'), await open('paper')];
say('calibrating');
const normal = (index: number) => footage.at(index);
const pack = await calibrated(online, minutes.calibrate, normal);
const poisoned = values.only === 'drift' ? [] : await poisoning((detector) => detector);
const byMemory = values.only === 'drift' ? [] : await poisoning(byMemoryAlone);
const drifted = values.only === 'poisoning' ? [] : await drift();

if (values.picture !== undefined) {
	await writeFile(
		values.picture,
		chartsSvg([
			...(poisoned.length === 0
				? []
				: [
						chartOf('A spot of light from 0.5 min on: how far from memory', poisoned, ({ distance }) => distance, null),
						chartOf('The same: all together, as it alarms', poisoned, ({ surprise }) => surprise, levelOf(poisoned)),
						// Each memory has a calibration and so a level of its own.
						chartOf('Judged by the memory alone', byMemory, ({ surprise, level }) => surprise / level, {
							name: 'alarm level',
							value: 1,
						}),
					]),
			...(drifted.length === 0
				? []
				: [
						chartOf('Light that grows by four tenths: how far from memory', drifted, ({ distance }) => distance, null),
						chartOf('The same: all together, as it alarms', drifted, ({ surprise }) => surprise, levelOf(drifted)),
					]),
		]),
	);
}
if (values.json) console.log(JSON.stringify({ ...values, model: online.model, poisoned, byMemory, drifted }));
else {
	for (const [what, runs] of [
		['A spot of light sweeps over the picture from 0.5 min on', poisoned],
		['The same, judged by the memory alone', byMemory],
		['The light grows by four tenths', drifted],
	] as const) {
		if (runs.length === 0) continue;
		console.log(`\n${what}: means of half a minute`);
		printTable(runs.flatMap(rowsOf));
		for (const { name, alarms, drift } of runs)
			console.log(`${name}: ${alarms} alarms, memory moved by ${drift.toFixed(4)}`);
	}
}

async function poisoning(judgedBy: (detector: Detector) => Detector): Promise<Run[]> {
	say('poisoning');
	const length = minutes.poison + 0.5;
	const poison = (index: number) => {
		const picture = footage.at(watchFrom + index);
		return index < stretch ? picture : withSpot(picture, index);
	};
	const [guarded, published] = [judgedBy(online), judgedBy(paper)];
	const [own, theirs] = [guarded === online ? pack : await calibratedFor(guarded), await calibratedFor(published)];
	return [
		await watched('online', guarded, own, length, poison),
		await watched('online, unguarded', { ...guarded, guardsMemory: false }, own, length, poison),
		await watched('paper', published, theirs, length, poison),
	];
}

function byMemoryAlone(detector: Detector): Detector {
	return { ...detector, weights: new Map([['distance', 1]]) };
}

function calibratedFor(detector: Detector): Promise<Calibration> {
	return calibrated(detector, minutes.calibrate, normal);
}

async function drift(): Promise<Run[]> {
	say('drifting');
	const brighter = (index: number) => {
		const more = 1 + (GROWTH * index) / windowsOf(minutes.drift);
		return footage.at(watchFrom + index, footage.lightAt(watchFrom + index, more, more));
	};
	return [
		await watched('online', online, pack, minutes.drift, brighter),
		await watched('never learning', neverLearning(online), pack, minutes.drift, brighter),
		await watched('the light as it was', online, pack, minutes.drift, (index) => footage.at(watchFrom + index)),
	];
}

async function open(memory: MemoryMode): Promise<Detector> {
	return (await detectors.open({ name: 'mnad', model: 'mnad-compact', memory }, FRAMES_PER_SECOND)).detector;
}

async function watched(
	name: string,
	detector: Detector,
	calibration: Calibration,
	forMinutes: number,
	picture: (index: number) => Uint8Array,
): Promise<Run> {
	say(`  ${name}`);
	await using camera = await openWatchedCamera(detector, { calibration, falseAlarmsPerHour: BUDGET_PER_HOUR });
	// Awaited here: the camera is closed on return.
	return await run(name, camera, windowsOf(forMinutes), stretch, picture);
}

function rowsOf({ name, stretches }: Run): Record<string, string | number>[] {
	return stretches.map(({ seconds, surprise, level, distance, rawDistance, alarm, taught }) => ({
		memory: name,
		minute: (seconds / 60).toFixed(1),
		score: surprise,
		level,
		'alarm %': Math.round(100 * alarm),
		distance,
		'distance, raw': rawDistance,
		'taught %': Math.round(100 * taught),
	}));
}

function levelOf([first]: readonly Run[]): Chart['level'] {
	return { name: 'alarm level', value: first!.stretches[0]!.level };
}

function chartOf(title: string, runs: readonly Run[], value: (of: Stretch) => number, level: Chart['level']): Chart {
	const colours = ['#0b6', '#07c', '#c40'];
	const curves = runs.map(
		({ name, stretches }, index): Curve => ({
			name,
			points: stretches.map((one) => [one.seconds, value(one)]),
			dash: index,
			colour: colours[index]!,
		}),
	);
	return { title, axis: level?.value === 1 ? 'times the level' : 'surprise', curves, level };
}
