import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { type LearnOptions, parseLearnOptions } from '../../../src/learn/command-line.ts';

const parsed = (...args: string[]): LearnOptions => {
	const options = parseLearnOptions(args);
	assert.ok(options !== null);
	return options;
};

test('what is not said has its default', () => {
	assert.deepEqual(parsed('--dataset', 'a', '--out', 'o'), {
		datasets: ['a'],
		videos: [],
		footage: [],
		live: null,
		watchMinutes: 30,
		keepFootage: false,
		out: 'o',
		id: null,
		duration: { kind: 'minutes', minutes: 30 },
		task: 'prediction',
		doubt: null,
		places: null,
		network: { kind: 'compact', widths: [48, 64] },
		framesPerSecond: null,
		seed: 1,
		provider: 'cpu',
		threads: 2,
		nice: 10,
		footageBytesMax: 2 ** 30,
		checkpointMs: 60_000,
		resume: 'automatic',
		json: false,
	});
});

test('every option is understood, sources several times and together', () => {
	const options = parsed(
		...['--dataset', 'a', '--video', 'b.mp4', '--footage', 'c', '--dataset', 'd', '--video', 'e.mp4', '--out', 'o'],
		...['--config', 'f.yaml', '--camera', 'front', '--watch-minutes', '.5', '--keep-footage', '--steps', '7'],
		...[
			'--recipe',
			'reconstruction',
			'--places',
			'yes',
			'--doubt',
			'0.1',
			'--network',
			'paper',
			'--frames-per-second',
			'12.5',
			'--id',
			'm',
			'--seed',
			'9',
		],
		...['--provider', 'webgpu', '--threads', '3', '--nice', '0', '--memory', '0.5', '--checkpoint-seconds', '5'],
		...['--resume', '--json'],
	);
	assert.deepEqual(options, {
		datasets: ['a', 'd'],
		videos: ['b.mp4', 'e.mp4'],
		footage: ['c'],
		live: { kind: 'configured', config: 'f.yaml', camera: 'front' },
		watchMinutes: 0.5,
		keepFootage: true,
		out: 'o',
		id: 'm',
		duration: { kind: 'steps', steps: 7 },
		task: 'reconstruction',
		doubt: 0.1,
		places: true,
		network: { kind: 'paper', width: 64 },
		framesPerSecond: 12.5,
		seed: 9,
		provider: 'webgpu',
		threads: 3,
		nice: 0,
		footageBytesMax: 2 ** 29,
		checkpointMs: 5000,
		resume: 'required',
		json: true,
	});
	assert.deepEqual(parsed('--source', 'rtsp://camera/1', '--out', 'o').live, {
		kind: 'address',
		url: 'rtsp://camera/1',
	});
	assert.deepEqual(parsed('--config', 'f', '--out', 'o').live, { kind: 'configured', config: 'f', camera: null });
	assert.equal(parseLearnOptions(['--help']), null);
});

const refused: [string[], RegExp][] = [
	[['--out', 'o'], /needs something to learn from/],
	[['--dataset', 'a'], /needs --out/],
	[['--dataset', 'a', '--out', 'o', '--dateset', 'b'], /--dateset/],
	[['--dataset', 'a', '--out', 'o', '--minutes', '5', '--steps', '5'], /--steps and --minutes: expected one/],
	[['--dataset', 'a', '--out', 'o', '--seed', '1.5'], /--seed 1\.5: expected a whole number/],
	[['--dataset', 'a', '--out', 'o', '--nice', '20'], /--nice 20: expected a whole number from 0 to 19/],
	[['--dataset', 'a', '--out', 'o', '--nice', ''], /--nice : expected/],
	[['--dataset', 'a', '--out', 'o', '--provider', 'tpu'], /--provider tpu: expected cpu or webgpu or cuda/],
	[['--dataset', 'a', '--out', 'o', '--recipe', 'x'], /--recipe x: expected prediction or reconstruction/],
	[['--dataset', 'a', '--out', 'o', '--memory', '0'], /--memory 0: expected a number above 0/],
	[['--dataset', 'a', '--out', 'o', '--watch-minutes', '5'], /--watch-minutes without a live camera/],
	[['--dataset', 'a', '--out', 'o', '--keep-footage'], /--keep-footage without a live camera/],
	[['--camera', 'front', '--out', 'o'], /--camera front: expected --config FILE/],
	[['--config', 'f', '--source', 'rtsp://a/', '--out', 'o'], /--config and --source: expected one/],
	[['--source', 'http://camera/', '--out', 'o'], /begins with rtsp:\/\//],
];
for (const [args, message] of refused) {
	test(`learn ${args.join(' ')} is refused`, () => {
		assert.throws(
			() => parseLearnOptions(args),
			(error) => isForeframeError(error, 'USAGE') && message.test(error.message),
		);
	});
}

test('a password on the command line is refused and not repeated', () => {
	for (const source of [
		'rtsp://me:hunter22@camera/1',
		'http://me:hunter22@camera/1',
		'rtsp://camera/?password=hunter22',
	]) {
		assert.throws(
			() => parseLearnOptions(['--source', source, '--out', 'o']),
			({ message }: Error) => !message.includes('hunter22') && message.includes('***'),
		);
	}
	assert.throws(
		() => parseLearnOptions(['rtsp://me:hunter22@camera/1', '--out', 'o']),
		({ message }: Error) => !message.includes('hunter22'),
	);
});
