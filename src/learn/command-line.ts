import { parseArgs } from 'node:util';
import { describeError, ForeframeError } from '../core/errors.ts';
import { addressSecrets, maskAddresses } from '../core/secrets.ts';
import { type NetworkSpec, TASKS, type Task } from '../detect/mnad/network.ts';
import type { Provider } from '../onnx/options.ts';
import { FOOTAGE_BYTES_MAX } from './learn.ts';
import type { Duration } from './train.ts';

export const LEARN_USAGE = `foreframe learn SOURCE [SOURCE ...] --out FOLDER [options]

Learns what is normal and writes a model. The last part of each source is not learned from: on it the error is told and
the best weights are chosen. A run that was killed or stopped goes on when the same command is given again.

Sources:
  --dataset FOLDER         a data set whose training/frames/<clip>/ show what is normal; may be given several times
  --video FILE             a recording of what is normal; may be given several times
  --footage FOLDER         footage that Foreframe has collected of a camera; may be given several times
  --config FILE            learn from a live camera of this configuration …
  --camera ID              … which one; not needed where there is only one
  --source URL             learn from the live camera at this rtsp:// address; one with a password goes into a configuration
  --watch-minutes N        how long to watch the live camera first (default 30)
  --keep-footage           keep what was collected of it in OUT/footage; without, it goes when the model is written

Options:
  --out FOLDER             where the model goes, and the checkpoint until then
  --minutes N              how long to learn (default 30)
  --steps N                instead: how many steps, for a result that can be repeated
  --recipe NAME            prediction (default) or reconstruction
  --doubt SHARE            do not take for normal what the shipped model finds odd in this share of the windows, the
                           oddest; default: 0.1, 0 where all is from data sets
  --places yes|no          whether to learn where things move, too: for footage of one camera (default: where there is
                           one source)
  --network NAME           compact (default) or paper
  --frames-per-second N    the rate to learn at; default: the source's own, 5 for videos and --source
  --id NAME                the model's name; default: that of the folder
  --seed N                 default 1
  --provider NAME          where to learn: cpu (default), webgpu or cuda
  --threads N              cores to use (default 2)
  --nice N                 how much other work goes first, 0 to 19 (default 10)
  --memory N               most footage held in memory, GiB (default 1): of more, parts spread over all of it are taken
  --resume                 fail where there is no checkpoint to go on from, instead of beginning anew
  --checkpoint-seconds N   how often to write down how far learning is (default 60)
  --json                   one JSON object a line on what happens
`;

/** A live camera to be watched first. */
export type LiveSource =
	| { readonly kind: 'configured'; readonly config: string; readonly camera: string | null }
	| { readonly kind: 'address'; readonly url: string };

/** What a command line asks for; paths as they were written. */
export interface LearnOptions {
	readonly datasets: readonly string[];
	readonly videos: readonly string[];
	readonly footage: readonly string[];
	readonly live: LiveSource | null;
	readonly watchMinutes: number;
	readonly keepFootage: boolean;
	readonly out: string;
	readonly id: string | null;
	readonly duration: Duration;
	readonly task: Task;
	/** null: where there is one source. */
	readonly places: boolean | null;
	/** 0 to below 1; null: by the source. */
	readonly doubt: number | null;
	readonly network: NetworkSpec;
	/** null: the source's own. */
	readonly framesPerSecond: number | null;
	readonly seed: number;
	readonly provider: Provider;
	readonly threads: number;
	readonly nice: number;
	readonly footageBytesMax: number;
	readonly checkpointMs: number;
	readonly resume: 'automatic' | 'required';
	readonly json: boolean;
}

const WATCH_MINUTES = 30;
const LEARN_MINUTES = 30;
const NICE = 10;
const CHECKPOINT_SECONDS = 60;
const PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const satisfies readonly Provider[];

/** null when help is asked for. @throws ForeframeError USAGE */
export function parseLearnOptions(args: readonly string[]): LearnOptions | null {
	const values = parse(args);
	if (values.help) return null;
	const { dataset: datasets = [], video: videos = [], footage = [] } = values;
	const live = liveOf(values);
	if (datasets.length + videos.length + footage.length === 0 && live === null) {
		throw usage('learn needs something to learn from: --dataset, --video, --footage, --config or --source');
	}
	if (values.out === undefined) throw usage('learn needs --out');
	if (live === null) {
		for (const name of ['watch-minutes', 'keep-footage'] as const) {
			if (values[name] !== undefined)
				throw usage(`learn got --${name} without a live camera: expected --config or --source`);
		}
	}
	const memory = numberOf('--memory', values.memory);
	return {
		datasets,
		videos,
		footage,
		live,
		watchMinutes: numberOf('--watch-minutes', values['watch-minutes']) ?? WATCH_MINUTES,
		keepFootage: values['keep-footage'] ?? false,
		out: values.out,
		id: values.id ?? null,
		duration: durationOf(values),
		task: oneOf('--recipe', TASKS, values.recipe ?? 'prediction'),
		doubt: doubtOf(values.doubt),
		places: values.places === undefined ? null : oneOf('--places', ['yes', 'no'], values.places) === 'yes',
		network: networkOf(oneOf('--network', ['compact', 'paper'], values.network ?? 'compact')),
		framesPerSecond: numberOf('--frames-per-second', values['frames-per-second']),
		seed: wholeOf('--seed', values.seed) ?? 1,
		provider: oneOf('--provider', PROVIDERS, values.provider ?? 'cpu'),
		threads: wholeOf('--threads', values.threads) ?? 2,
		nice: niceOf(values.nice),
		footageBytesMax: memory === null ? FOOTAGE_BYTES_MAX : memory * 2 ** 30,
		checkpointMs: (numberOf('--checkpoint-seconds', values['checkpoint-seconds']) ?? CHECKPOINT_SECONDS) * 1000,
		resume: values.resume === true ? 'required' : 'automatic',
		json: values.json ?? false,
	};
}

export function usage(message: string): ForeframeError {
	return new ForeframeError('USAGE', message);
}

type Values = NonNullable<ReturnType<typeof parse>>;

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				dataset: { type: 'string', multiple: true },
				video: { type: 'string', multiple: true },
				footage: { type: 'string', multiple: true },
				config: { type: 'string' },
				camera: { type: 'string' },
				source: { type: 'string' },
				'watch-minutes': { type: 'string' },
				'keep-footage': { type: 'boolean' },
				out: { type: 'string' },
				minutes: { type: 'string' },
				steps: { type: 'string' },
				places: { type: 'string' },
				doubt: { type: 'string' },
				recipe: { type: 'string' },
				network: { type: 'string' },
				'frames-per-second': { type: 'string' },
				id: { type: 'string' },
				seed: { type: 'string' },
				provider: { type: 'string' },
				threads: { type: 'string' },
				nice: { type: 'string' },
				memory: { type: 'string' },
				'checkpoint-seconds': { type: 'string' },
				resume: { type: 'boolean' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		throw usage(`learn cannot be understood: ${maskAddresses(describeError(error))}`);
	}
}

function liveOf({ config, camera, source }: Values): LiveSource | null {
	if (config !== undefined && source !== undefined)
		throw usage('learn got --config and --source: expected one of them');
	if (config !== undefined) return { kind: 'configured', config, camera: camera ?? null };
	if (camera !== undefined) throw usage(`learn got --camera ${camera}: expected --config FILE with it`);
	if (source === undefined) return null;
	if (!/^rtsps?:\/\//.test(source)) {
		throw usage(
			`learn got --source ${maskAddresses(source)}: expected an address that begins with rtsp:// or rtsps://`,
		);
	}
	if (addressSecrets(source).length > 0) {
		throw usage(
			`learn got --source ${maskAddresses(source)} with a password, which everybody on this machine can read in the process list: put the camera into a configuration and name it by --config and --camera`,
		);
	}
	return { kind: 'address', url: source };
}

function durationOf({ steps, minutes }: Values): Duration {
	if (steps !== undefined && minutes !== undefined)
		throw usage('learn got --steps and --minutes: expected one of them');
	const count = wholeOf('--steps', steps);
	if (count !== null) return { kind: 'steps', steps: count };
	return { kind: 'minutes', minutes: numberOf('--minutes', minutes) ?? LEARN_MINUTES };
}

function doubtOf(text: string | undefined): number | null {
	if (text === undefined) return null;
	const share = Number(text);
	if (text.trim() !== '' && share >= 0 && share < 1) return share;
	throw usage(`learn got --doubt ${text}: expected a share from 0 to below 1`);
}

function networkOf(name: 'compact' | 'paper'): NetworkSpec {
	return name === 'compact' ? { kind: 'compact', widths: [48, 64] } : { kind: 'paper', width: 64 };
}

function niceOf(text: string | undefined): number {
	if (text === undefined) return NICE;
	const value = Number(text);
	if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 19) return value;
	throw usage(`learn got --nice ${text}: expected a whole number from 0 to 19`);
}

function oneOf<const Name extends string>(option: string, names: readonly Name[], text: string): Name {
	const found = names.find((name) => name === text);
	if (found !== undefined) return found;
	throw usage(`learn got ${option} ${text}: expected ${names.join(' or ')}`);
}

function numberOf(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	const value = Number(text);
	if (Number.isFinite(value) && value > 0) return value;
	throw usage(`learn got ${option} ${text}: expected a number above 0`);
}

function wholeOf(option: string, text: string | undefined): number | null {
	const value = numberOf(option, text);
	if (value === null || Number.isSafeInteger(value)) return value;
	throw usage(`learn got ${option} ${text}: expected a whole number`);
}
