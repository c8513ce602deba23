/**
 * What becomes of detection when the picture is disturbed, for the default detector and for linear extrapolation:
 * `node bench/robustness.ts --dataset FOLDER [--model MODEL] [--only NAME,NAME] [--json]`.
 *
 * `calibrated`: `clean`, the disturbance is met by a camera that was calibrated without it; `so`, its calibration has seen
 * it. AUC in percent on one causal scale, smoothed, and per video. `scored`: share of the windows that could be scored;
 * damaged ones cannot. Left out is what has too little footage to calibrate on. Noise and jitter are seeded by the name of the picture; packets are lost in real RTP over UDP.
 */
import { parseArgs } from 'node:util';
import { alarmOptions } from '../src/alarm/options.ts';
import { isForeframeError } from '../src/core/errors.ts';
import { detectorSize } from '../src/core/frame-size.ts';
import { detectorOptions } from '../src/detect/options.ts';
import { openDetectors } from '../src/detectors.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import type { Pictures } from '../src/evaluate/watch-clip.ts';
import { openRuntimes } from '../src/inference.ts';
import { type Clip, readDataset } from '../src/ingest/dataset.ts';
import { imageSize, readImage, readMask } from '../src/ingest/image.ts';
import { inferenceOptions } from '../src/onnx/options.ts';
import { scoreOptions } from '../src/score/options.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { codedPictures, lossyPictures } from './robustness/coded.ts';
import { fewerPictures, gainJitter, nightFromTheMiddle, sensorNoise } from './robustness/tones.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({
	options: {
		dataset: { type: 'string' },
		model: { type: 'string' },
		only: { type: 'string' },
		json: { type: 'boolean', default: false },
	},
});
if (values.dataset === undefined) throw new Error('robustness needs --dataset');
const dataset = await readDataset(values.dataset);
const { framesPerSecond } = dataset;
const plain: Pictures = { size: imageSize, read: remembered(readImage), mask: readMask };
const own = await plain.size(dataset.testing[0]!.pictures[0]!);
const size = detectorSize(own.width / own.height);
await using folder = await temporaryFolder();
await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0 }), () => {});
await using detectors = openDetectors(inference);

interface Condition {
	readonly name: string;
	/** Whether a calibration may have seen it. */
	readonly steady: boolean;
	readonly framesPerSecond?: number;
	readonly disturb: (clips: readonly Clip[]) => Pictures | Promise<Pictures>;
}

const LOW = { framesPerSecond, bitsPerSecond: 80_000, keyEverySeconds: 2 };
const GOOD = { framesPerSecond, bitsPerSecond: 300_000, keyEverySeconds: 2 };
const CONDITIONS: readonly Condition[] = [
	{ name: 'clean', steady: false, disturb: () => plain },
	{ name: 'gain jitter 1 %', steady: true, disturb: () => gainJitter(plain, 0.01) },
	{ name: 'gain jitter 3 %', steady: true, disturb: () => gainJitter(plain, 0.03) },
	{ name: 'sensor noise 5', steady: true, disturb: () => sensorNoise(plain, 5) },
	{ name: 'half the rate, configured', steady: false, framesPerSecond: framesPerSecond / 2, disturb: () => plain },
	{
		name: 'a third of the rate, configured',
		steady: false,
		framesPerSecond: framesPerSecond / 3,
		disturb: () => plain,
	},
	{ name: 'half the pictures', steady: true, disturb: (clips) => fewerPictures(plain, clips, 2) },
	{ name: 'a third of the pictures', steady: true, disturb: (clips) => fewerPictures(plain, clips, 3) },
	{
		name: 'H.264 at 80 kbit/s',
		steady: true,
		disturb: (clips) => codedPictures(plain, clips, LOW, size, folder.path),
	},
	{
		name: '2 % of the packets lost',
		steady: false,
		disturb: (clips) => lossyPictures(plain, clips, { ...GOOD, lost: 0.02 }, size, folder.path),
	},
	{ name: 'infrared from the middle', steady: false, disturb: (clips) => nightFromTheMiddle(plain, clips) },
];

const learned = (await detectors.open(mnadOptions(), framesPerSecond))
	.model!.manifest.training.heldOut.filter((clip) => clip.startsWith(`${dataset.name}/`))
	.map((clip) => clip.slice(dataset.name.length + 1));
/** Both detectors calibrate on the clips that the model has not learned from. */
const normal = dataset.training.filter((clip) => learned.length === 0 || learned.includes(clip.name));

const only = values.only?.split(',') ?? null;
const rows: Record<string, string | number>[] = [];
for (const condition of CONDITIONS) {
	if (only !== null && !only.includes(condition.name)) continue;
	for (const name of ['mnad', 'linear-extrapolation'] as const) {
		const rate = condition.framesPerSecond ?? framesPerSecond;
		const options = name === 'mnad' ? mnadOptions() : detectorOptions.parse({ name });
		const { detector } = await detectors.open(options, rate);
		for (const calibrated of condition.steady ? ['clean', 'so'] : ['clean']) {
			const files = await condition.disturb(calibrated === 'so' ? [...normal, ...dataset.testing] : dataset.testing);
			const disturbed = new Set(dataset.testing.flatMap(({ pictures }) => pictures));
			const report = await evaluate({
				dataset,
				detector,
				weights: null,
				calibrationClips: normal.map((clip) => clip.name),
				framesPerSecond: rate,
				smoothing: scoreOptions.parse({}).smoothing,
				alarm: alarmOptions.parse({}),
				files: calibrated === 'so' ? files : onlyIn(disturbed, files),
				progress: (done, total) => {
					if (done % 500 === 0) process.stderr.write(`${condition.name}, ${name}, ${calibrated}: ${done}/${total}\n`);
				},
				signal: new AbortController().signal,
			}).catch((error: unknown) => {
				if (!isForeframeError(error, 'CALIBRATION_INVALID')) throw error;
				process.stderr.write(`${condition.name}, ${name}, ${calibrated}: left out: ${error.message}\n`);
				return null;
			});
			if (report === null) continue;
			rows.push(rowOf(condition, name, calibrated, report));
			process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
		}
	}
}
if (values.json) console.log(JSON.stringify({ dataset: dataset.name, framesPerSecond, size, rows }));
else printTable(rows);

function mnadOptions() {
	return detectorOptions.parse(values.model === undefined ? { name: 'mnad' } : { name: 'mnad', model: values.model });
}

/** Every picture is asked for many times. */
function remembered(read: Pictures['read']): Pictures['read'] {
	const known = new Map<string, Promise<Uint8Array>>();
	return (path, { width, height }) => {
		const key = `${path} ${width}x${height}`;
		const picture = known.get(key) ?? read(path, { width, height });
		known.set(key, picture);
		return picture;
	};
}

function rowOf(
	condition: Condition,
	detector: string,
	calibrated: string,
	report: Awaited<ReturnType<typeof evaluate>>,
): Record<string, string | number> {
	const scored = report.clips.reduce((sum, { windows }) => sum + windows.length, 0);
	const stride = framesPerSecond / report.framesPerSecond;
	const frames = detector === 'mnad' ? 5 : 3;
	const all = dataset.testing.reduce((sum, { pictures }) => sum + Math.ceil(pictures.length / stride) - frames + 1, 0);
	return {
		picture: condition.name,
		detector,
		calibrated,
		'scored %': Math.round((100 * scored) / all),
		'AUC global': percent(report.auc.global),
		'AUC per video': percent(report.auc.perVideo),
		events: `${report.alarms.eventsDetected} of ${report.alarms.events}`,
		'false alarms': report.alarms.falseAlarms,
	};
}

/** What is disturbed is read from `files`, all else as it is. */
function onlyIn(paths: ReadonlySet<string>, files: Pictures): Pictures {
	const of = (path: string) => (paths.has(path) ? files : plain);
	return {
		...plain,
		read: (path, wanted) => of(path).read(path, wanted),
		damage: (path) => of(path).damage?.(path) ?? null,
	};
}

function percent(share: number | null): number {
	return share === null ? Number.NaN : Math.round(1000 * share) / 10;
}
