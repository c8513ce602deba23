import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLinearExtrapolation } from '../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { evaluateCommand } from '../../src/evaluate/command.ts';
import type { EvaluationReport } from '../../src/evaluate/report.ts';
import { dataFolder, withoutData } from '../support/data.ts';

test('linear extrapolation reaches on Ped2 what it is known to reach', { skip: withoutData('ped2') }, async () => {
	let out = '';
	let shown = '';
	await evaluateCommand(['--dataset', join(dataFolder, 'ped2'), '--detector', 'linear-extrapolation', '--json'], {
		stdout: { write: (text) => (out += text) },
		progress: (done, total) => (shown = `${done}/${total}`),
		openDetector: async ({ detector, dataset }) => {
			assert.equal(detector, 'linear-extrapolation');
			assert.equal(dataset, 'ped2');
			return { detector: openLinearExtrapolation(), heldOut: null, [Symbol.asyncDispose]: async () => {} };
		},
		replaceFile: () => assert.fail('no file was asked for'),
		signal: new AbortController().signal,
	});
	const report: EvaluationReport = JSON.parse(out);
	assert.equal(report.frames, 2010 - 12 * 2);
	assert.deepEqual(report.size, { width: 240, height: 160 });
	assert.equal(report.framesPerSecond, 10);
	assert.equal(report.calibration.windows, 2550 - 16 * 2);
	// Nothing is random here; the room is for another decoder's rounding.
	near(report.auc.perVideo, 0.937);
	near(report.auc.global, 0.902);
	near(report.channels.psnr!.perVideo, 0.92);
	near(report.channels.psnr!.global, 0.866);
	assert.equal(shown, '4504/4504');
});

function near(value: number | null, expected: number): void {
	assert.ok(value !== null && Math.abs(value - expected) < 0.006, `${value}, expected about ${expected}`);
}
