import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLinearExtrapolation } from '../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { evaluateCommand } from '../../src/evaluate/command.ts';
import type { EvaluationReport, WindowSeries } from '../../src/evaluate/report.ts';
import { dataFolder, withoutData } from '../support/data.ts';
import { cornersOf, independentMetrics } from '../support/independent-metrics.ts';
import { missing } from '../support/peers.ts';

test('linear extrapolation reaches on Ped2 what it is known to reach', { skip: withoutData('ped2') }, async (t) => {
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
	// Each test clip has one event; two things touch now and then.
	assert.deepEqual([report.alarms.events, report.regions?.regions, report.regions?.tracks], [12, 2391, 21]);
	near(report.regions!.alarmBox.rbdc, 0.509);
	near(report.regions!.alarmBox.tbdc, 0.79);
	await t.test(
		'and by an independent implementation its series give the same figures',
		{
			skip: missing('scikit-learn'),
		},
		() => checkFigures(report),
	);
});

/** The figures, recomputed from the windows of the report. */
function checkFigures({ clips, auc, ap, eer, channels, regions }: EvaluationReport): void {
	const scored = (scoreOf: (window: WindowSeries) => number) =>
		clips.map(({ windows }) => ({
			labels: windows.map(({ anomalous }) => anomalous),
			scores: windows.map(scoreOf),
		}));
	const { alarmBox } = regions!;
	const answer = independentMetrics({
		frames: {
			combined: scored(({ surprise }) => surprise),
			psnr: scored((window) => window.channels.psnr!),
		},
		boxes: {
			frames: clips.flatMap(({ windows }, clip) =>
				windows.map(({ surprise, strangest, truth }) => ({
					score: surprise,
					box: strangest === null ? null : cornersOf(strangest),
					truth: truth.map((box) => [cornersOf(box), [clip, box.track]] as const),
				})),
			),
			thresholds: alarmBox.points.map(({ threshold }) => threshold),
		},
	});
	const { combined, psnr } = answer.frames;
	const pairs: readonly (readonly [number | null | undefined, number | undefined])[] = [
		[auc.global, combined?.global],
		[auc.perVideo, combined?.perVideo],
		[auc.macro, combined?.macro],
		[ap, combined?.ap],
		[eer, combined?.eer],
		[channels.psnr?.global, psnr?.global],
		[channels.psnr?.perVideo, psnr?.perVideo],
		[alarmBox.rbdc, answer.boxes.rbdc],
		[alarmBox.tbdc, answer.boxes.tbdc],
	];
	for (const [index, [actual, expected]] of pairs.entries()) {
		const isSame = typeof actual === 'number' && expected !== undefined && Math.abs(actual - expected) < 1e-9;
		assert.ok(isSame, `figure ${index}: ${actual}, expected ${expected}`);
	}
}

function near(value: number | null, expected: number): void {
	assert.ok(value !== null && Math.abs(value - expected) < 0.006, `${value}, expected about ${expected}`);
}
