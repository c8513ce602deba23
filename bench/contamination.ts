/**
 * What footage that is not all normal costs a model, and what doubting gives back of it:
 * `node bench/contamination.ts --dataset FOLDER [--share 0.05] [--doubts 0.05] [--model models/mnad-compact/10fps] [--steps 800]
 * [--seeds 1] [--footages contaminated,clean] [--threads 1] [--json]`.
 *
 * Four kinds of training: on the data set's normal clips, and with anomalous pictures from the first half of its test clips
 * mixed in until they are `share` of the pictures, of the kinds that are asked about afterwards; each with all of it believed
 * and with each share of `--doubts` doubted, by what `--model` finds oddest. All are judged on the second half of the test clips,
 * calibrated on held-out normal clips, and those that learned from contaminated footage once more with calibration footage of
 * which `share` of the windows is anomalous.
 */
import { parseArgs } from 'node:util';
import { alarmOptions } from '../src/alarm/options.ts';
import type { ModelManifest } from '../src/detect/mnad/manifest.ts';
import { openMnad } from '../src/detect/mnad/mnad.ts';
import { type MnadModel, readModel } from '../src/detect/mnad/model.ts';
import type { NetworkSpec } from '../src/detect/mnad/network.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import { type Dataset, readDataset } from '../src/ingest/dataset.ts';
import { imageSize, readImage, readMask } from '../src/ingest/image.ts';
import { clipsOf } from '../src/learn/clips.ts';
import { doubtOddest } from '../src/learn/doubt.ts';
import { examineWhole } from '../src/learn/finish.ts';
import { holdOutWhole } from '../src/learn/hold-out.ts';
import { WEIGHTS } from '../src/learn/learn.ts';
import type { Clip } from '../src/learn/scene.ts';
import { settingsFor } from '../src/learn/settings.ts';
import { train } from '../src/learn/train.ts';
import { openInference } from '../src/onnx/inference.ts';
import { inferenceOptions } from '../src/onnx/options.ts';
import { scoreOptions } from '../src/score/options.ts';
import { contaminationOf } from './contamination/footage.ts';
import { printTable } from './support.ts';

const NETWORK: NetworkSpec = { kind: 'compact', widths: [48, 64] };
const settings = settingsFor('prediction', NETWORK, true);

const { values } = parseArgs({
	options: {
		dataset: { type: 'string' },
		share: { type: 'string', default: '0.05' },
		doubts: { type: 'string', default: '0.05' },
		model: { type: 'string', default: 'models/mnad-compact/10fps' },
		steps: { type: 'string', default: '800' },
		seeds: { type: 'string', default: '1' },
		footages: { type: 'string', default: 'contaminated,clean' },
		threads: { type: 'string', default: '1' },
		json: { type: 'boolean', default: false },
	},
});
if (values.dataset === undefined) throw new Error('--dataset FOLDER is missing');
const share = Number(values.share);
const numbers = (list: string) => list.split(',').map(Number);
const doubts = [0, ...numbers(values.doubts)];
const doubter = await readModel(values.model);
const { signal } = new AbortController();
const say = (what: string) => process.stderr.write(`${what}\n`);

const dataset = await readDataset(values.dataset);
const { framesPerSecond } = dataset;
const recordings = await readRecordings(dataset);
const { clips: normal, heldOut } = holdOutWhole(recordings);
const heldOutClips = dataset.training.slice(-heldOut.length);
const { inputs } = settings;
const contamination = contaminationOf(dataset, {
	share,
	learned: normal.reduce((sum, { frames }) => sum + frames.length, 0),
	calibrated: heldOut.reduce((sum, { frames }) => sum + frames.length - inputs, 0),
	inputs,
});
const odd = (await readRecordings({ ...dataset, training: contamination.learned })).flat();
const oddPictures = odd.reduce((sum, { frames }) => sum + frames.length, 0);
say(`${oddPictures} anomalous pictures in ${odd.length} pieces`);

const footages = [
	{ footage: 'contaminated', clips: [...normal, ...odd] },
	{ footage: 'clean', clips: normal },
] as const;
const rows: Row[] = [];
const again: (() => Promise<void>)[] = [];
for (const seed of numbers(values.seeds)) {
	for (const { footage, clips } of footages) {
		if (!values.footages.split(',').includes(footage)) continue;
		for (const doubt of doubts) {
			const model = await learned(clips, doubt, seed);
			const judge = async (calibration: Row['calibration']) => {
				const row = { seed, footage, doubt, calibration, ...(await judged(model, calibration)) };
				rows.push(row);
				say(JSON.stringify(row));
			};
			await judge('clean');
			if (footage === 'contaminated') again.push(() => judge('contaminated'));
		}
	}
}
for (const judge of again) await judge();
if (values.json) console.log(JSON.stringify({ share, steps: Number(values.steps), oddPictures, rows }, null, '\t'));
else printTable(rows.map((row) => ({ ...row })));

type Row = Judged & {
	readonly seed: number;
	readonly footage: 'clean' | 'contaminated';
	readonly doubt: number;
	readonly calibration: 'clean' | 'contaminated';
};

function readRecordings(of: Dataset): Promise<(readonly Clip[])[]> {
	return Array.fromAsync(clipsOf(of, framesPerSecond, signal, () => {}));
}

async function learned(footage: readonly Clip[], doubt: number, seed: number): Promise<MnadModel> {
	const { memory, head, batch, crop, learningRate, sampling } = settings;
	const { clips, frames } =
		doubt === 0 ? { clips: footage, frames: 0 } : await doubtOddest(footage, { model: doubter, share: doubt }, signal);
	say(`${frames} pictures doubted in part, ${oddDoubted(clips)} of them anomalous`);
	const trained = await train({
		recipe: { task: 'prediction', network: NETWORK, inputs, memory, head, batch, crop },
		sampling,
		clips,
		heldOut,
		duration: { kind: 'steps', steps: Number(values.steps) },
		learningRate,
		seed,
		threads: Number(values.threads),
		signal,
		progress: ({ step, secondsLeft }) => {
			if (step % 100 === 0) say(`doubt ${doubt}, step ${step}, ${Math.round(secondsLeft)} s left`);
		},
	});
	const draft: ModelManifest = {
		kind: 'foreframe-model',
		version: 1,
		id: `contamination-${seed}`,
		detector: 'mnad',
		task: 'prediction',
		network: NETWORK,
		inputs,
		memory,
		head,
		framesPerSecond,
		gate: 1,
		weights: WEIGHTS,
		sha256: '0'.repeat(64),
		training: {
			command: '',
			data: [dataset.name],
			heldOut: [],
			seed,
			steps: trained.steps,
			minutes: trained.minutes,
			heldOutError: trained.heldOutError,
		},
	};
	const { gate } = await examineWhole(draft, trained, heldOut, signal);
	return { ...trained, manifest: { ...draft, gate } };
}

function oddDoubted(clips: readonly Clip[]): number {
	const known = new Set(odd.flatMap(({ frames }) => frames));
	const doubtedIn = ({ frames, doubted = [] }: Clip) =>
		frames.filter((frame, index) => known.has(frame) && doubted[index] != null).length;
	return clips.reduce((sum, clip) => sum + doubtedIn(clip), 0);
}

interface Judged {
	/** Areas under the ROC curve, %. */
	readonly global: string;
	readonly perVideo: string;
	readonly oddityGlobal: string;
	readonly oddityPerVideo: string;
	/** Of `oddity` and of all channels together, kind by kind against all normal pictures. */
	readonly kinds: string;
	readonly eventsFound: string;
	readonly falseAlarms: number;
}

async function judged(model: MnadModel, calibration: Row['calibration']): Promise<Judged> {
	await using inference = await openInference(inferenceOptions.parse({ provider: 'cpu', batchDeadlineMs: 0 }), {
		observe: () => {},
	});
	await using detector = openMnad({ model, memory: 'online', inference });
	const training = calibration === 'clean' ? heldOutClips : [...heldOutClips, ...contamination.calibrated];
	const { auc, channels, kinds, alarms } = await evaluate({
		dataset: { ...dataset, training, testing: contamination.testing },
		detector,
		weights: null,
		calibrationClips: null,
		framesPerSecond,
		smoothing: scoreOptions.parse({}).smoothing,
		alarm: alarmOptions.parse({}),
		files: { size: imageSize, read: readImage, mask: readMask },
		progress: () => {},
		signal,
	});
	const percent = (area: number | null) => ((area ?? Number.NaN) * 100).toFixed(1);
	return {
		global: percent(auc.global),
		perVideo: percent(auc.perVideo),
		oddityGlobal: percent(channels.oddity?.global ?? null),
		oddityPerVideo: percent(channels.oddity?.perVideo ?? null),
		kinds: kinds.map((one) => `${one.kind} ${percent(one.channels.oddity ?? null)}/${percent(one.auc)}`).join(', '),
		eventsFound: `${alarms.eventsDetected}/${alarms.events}`,
		falseAlarms: alarms.falseAlarms,
	};
}
