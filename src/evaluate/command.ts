import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { alarmOptions } from '../alarm/options.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import { CHANNELS, type Channel } from '../core/prediction.ts';
import type { Detector } from '../detect/detector.ts';
import { readDataset } from '../ingest/dataset.ts';
import { imageSize, readImage, readMask } from '../ingest/image.ts';
import { RUNTIMES } from '../onnx/options.ts';
import { scoreOptions } from '../score/options.ts';
import { type EvaluateRequest, evaluate } from './evaluate.ts';
import { reportPage } from './html/page.ts';
import { ShownMoments } from './html/shown-moments.ts';
import { reportTable } from './table.ts';

export const EVALUATE_USAGE = `foreframe evaluate --dataset FOLDER [--detector NAME | --model MODEL] [options]

  --dataset FOLDER         training/frames/<clip>/, testing/frames/<clip>/ and labels.json
  --detector NAME          mnad (default) or linear-extrapolation
  --model MODEL            a model folder, or the name of a shipped model
  --memory MODE            online (default), paper or frozen
  --frames-per-second N    shows every how many-th picture makes N a second; default: the model's, else the data set's
  --calibrate-on CLIPS     training clips with normal footage, as in 15,16; default: those the model has not learned
                           from, else all
  --channels CHANNELS      channels that count, alike, as in patch,motion; default: the detector's weights
  --smoothing N            weight of the newest window in the running mean of the score; default: 0.3, 1 for none
  --provider PROVIDER      auto (default), cpu, webgpu, cuda, tensorrt or tensorflow
  --html FILE              also writes a page with curves, and pictures of the worst misses and false alarms
  --json                   one JSON object in place of the table
`;

/** Which detector the command line asks for. */
export interface DetectorRequest {
	readonly detector: string | null;
	readonly model: string | null;
	readonly memory: string | null;
	readonly provider: 'auto' | (typeof RUNTIMES)[number];
	/** Name of the data set. */
	readonly dataset: string;
	/** The rate that the windows will have. */
	readonly framesPerSecond: number;
}

export interface OpenedDetector extends AsyncDisposable {
	readonly detector: Detector;
	/** Training clips of this data set that the model has not learned from; null where it has none. */
	readonly heldOut: readonly string[] | null;
}

export interface EvaluateIo {
	readonly stdout: { write(text: string): unknown };
	/** Told how many windows are judged, of how many. */
	readonly progress: (done: number, total: number) => void;
	/** Its inference should not wait for others to share a batch: windows come one after the other. */
	openDetector(request: DetectorRequest): Promise<OpenedDetector>;
	/** Writes a file whole or not at all. */
	replaceFile(path: string, content: string): Promise<void>;
	readonly signal: AbortSignal;
}

/**
 * `foreframe evaluate`: prints how well a detector tells the anomalous frames of a labelled data set.
 * @throws ForeframeError USAGE, DATASET_INVALID and what opening the detector throws
 */
export async function evaluateCommand(args: readonly string[], io: EvaluateIo): Promise<void> {
	const options = parse(args);
	if (options.help) {
		io.stdout.write(EVALUATE_USAGE);
		return;
	}
	if (options.html !== null) await checkFolder(options.html);
	const dataset = await readDataset(options.dataset);
	const moments = new ShownMoments();
	await using opened = await io.openDetector({
		...options.request,
		dataset: dataset.name,
		framesPerSecond: options.framesPerSecond ?? dataset.framesPerSecond,
	});
	const report = await evaluate({
		dataset,
		detector: opened.detector,
		weights: options.weights,
		calibrationClips: options.calibrationClips ?? opened.heldOut,
		framesPerSecond: options.framesPerSecond,
		smoothing: options.smoothing ?? scoreOptions.parse({}).smoothing,
		alarm: alarmOptions.parse({}),
		files: { size: imageSize, read: readImage, mask: readMask },
		see: (...judged) => moments.see(...judged),
		progress: io.progress,
		signal: io.signal,
	});
	if (options.html !== null) await io.replaceFile(options.html, await reportPage(report, moments));
	io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportTable(report));
}

type Parsed =
	| { readonly help: true }
	| {
			readonly help: false;
			readonly dataset: string;
			readonly request: Omit<DetectorRequest, 'dataset' | 'framesPerSecond'>;
			readonly weights: EvaluateRequest['weights'];
			readonly calibrationClips: readonly string[] | null;
			readonly framesPerSecond: number | null;
			readonly smoothing: number | null;
			readonly html: string | null;
			readonly json: boolean;
	  };

/** Minutes of work should not end with a file that cannot be written. */
async function checkFolder(file: string): Promise<void> {
	const folder = dirname(resolve(file));
	const isFolder = await stat(folder).then(
		(found) => found.isDirectory(),
		() => false,
	);
	if (!isFolder) throw usage(`evaluate got --html ${file}: there is no folder ${folder}`);
}

function parse(args: readonly string[]): Parsed {
	const values = parseValues(args);
	if (values.help) return { help: true };
	if (values.dataset === undefined) throw usage('evaluate needs --dataset with the folder of a data set');
	if (values.detector !== undefined && values.model !== undefined && values.detector !== 'mnad') {
		throw usage(`evaluate got --model ${values.model} for the detector ${values.detector}: only mnad has models`);
	}
	return {
		help: false,
		dataset: values.dataset,
		request: {
			detector: values.detector ?? null,
			model: values.model ?? null,
			memory: values.memory ?? null,
			provider: oneOf('--provider', values.provider ?? 'auto', ['auto', ...RUNTIMES]),
		},
		weights: values.channels === undefined ? null : weightsOf(values.channels),
		calibrationClips: values['calibrate-on']?.split(',') ?? null,
		framesPerSecond: values['frames-per-second'] === undefined ? null : rate(values['frames-per-second']),
		smoothing: values.smoothing === undefined ? null : smoothing(values.smoothing),
		html: values.html ?? null,
		json: values.json ?? false,
	};
}

function parseValues(args: readonly string[]) {
	try {
		const { values } = parseArgs({
			args: [...args],
			options: {
				dataset: { type: 'string' },
				detector: { type: 'string' },
				model: { type: 'string' },
				memory: { type: 'string' },
				'frames-per-second': { type: 'string' },
				'calibrate-on': { type: 'string' },
				channels: { type: 'string' },
				smoothing: { type: 'string' },
				provider: { type: 'string' },
				html: { type: 'string' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
		return values;
	} catch (error) {
		throw usage(`evaluate cannot be understood: ${describeError(error)}`);
	}
}

function weightsOf(text: string): ReadonlyMap<Channel, number> {
	return new Map(text.split(',').map((name) => [oneOf('--channels', name, CHANNELS), 1]));
}

function rate(text: string): number {
	const value = Number(text);
	if (value > 0 && Number.isFinite(value)) return value;
	throw usage(`evaluate got --frames-per-second ${text}: expected a number above 0`);
}

function smoothing(text: string): number {
	const parsed = scoreOptions.shape.smoothing.safeParse(text === '' ? null : Number(text));
	if (parsed.success) return parsed.data;
	throw usage(`evaluate got --smoothing ${text}: expected a number above 0 and at most 1`);
}

function oneOf<const Value extends string>(option: string, text: string, values: readonly Value[]): Value {
	const found = values.find((value) => value === text);
	if (found !== undefined) return found;
	throw usage(`evaluate got ${option} ${text}: expected ${values.join(', ')}`);
}

function usage(message: string): ForeframeError {
	return new ForeframeError('USAGE', message);
}
