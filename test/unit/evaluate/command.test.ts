import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { EVALUATE_USAGE, evaluateCommand } from '../../../src/evaluate/command.ts';

async function run(...args: string[]): Promise<string> {
	let out = '';
	await evaluateCommand(args, {
		stdout: { write: (text) => (out += text) },
		progress: () => assert.fail('the command line comes first'),
		openDetector: () => assert.fail('the command line comes first'),
		replaceFile: () => assert.fail('the command line comes first'),
		signal: new AbortController().signal,
	});
	return out;
}

test('a command line that cannot be understood is refused with what was wanted', async () => {
	const cases: [string[], RegExp][] = [
		[[], /needs --dataset/],
		[['--dataset', 'd', '--fast'], /Unknown option '--fast'/],
		[['--dataset', 'd', '--provider', 'gpu'], /--provider gpu: expected auto, cpu, webgpu, cuda, tensorrt/],
		[['--dataset', 'd', '--channels', 'patch,colour'], /--channels colour: expected patch, psnr/],
		[['--dataset', 'd', '--frames-per-second', '0'], /--frames-per-second 0: expected a number above 0/],
		[['--dataset', 'd', '--smoothing', '0'], /--smoothing 0: expected a number above 0 and at most 1/],
		[['--dataset', 'd', '--smoothing', 'much'], /--smoothing much: expected/],
		[['--dataset', 'd', '--smoothing', ''], /--smoothing : expected/],
		[['--dataset', 'd', '--html', '/nowhere/r.html'], /--html \/nowhere\/r\.html: there is no folder \/nowhere/],
		[['--dataset', 'd', '--detector', 'linear-extrapolation', '--model', 'm'], /only mnad has models/],
	];
	for (const [args, message] of cases) {
		await assert.rejects(run(...args), (error) => isForeframeError(error, 'USAGE') && message.test(error.message));
	}
});

test('a data set that is not there is refused before a detector is opened', async () => {
	await assert.rejects(run('--dataset', '/nowhere'), (error) => isForeframeError(error, 'DATASET_INVALID'));
});

test('help is all that is printed when it is asked for', async () => {
	assert.equal(await run('--help'), EVALUATE_USAGE);
});
