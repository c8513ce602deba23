import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmOutcome, EvaluationReport } from '../../../src/evaluate/report.ts';
import { reportTable } from '../../../src/evaluate/table.ts';
import { alarmAt } from '../../support/series.ts';

const OUTCOME: AlarmOutcome = {
	level: 4.25,
	events: 2,
	eventsDetected: 1,
	eventsUnderFalseAlarm: 1,
	recall: 0.5,
	falseAlarms: 1,
	tailAlarms: 0,
	falseAlarmsPerHour: 100,
	falselyAlarmedShare: 0.125,
	timeToDetect: { p50: 1.25, p95: 2 },
};
const CURVE = { rbdc: 0.4, tbdc: 0.625, points: [] };

const REPORT: EvaluationReport = {
	dataset: 'yard',
	detector: 'mnad',
	model: { id: 'm', version: '1' },
	size: { width: 256, height: 144 },
	framesPerSecond: 10,
	calibration: { clips: ['a', 'b'], windows: 100, effectiveWindows: 10, smoothing: 0.3, weights: { patch: 1 } },
	frames: 90,
	anomalousFrames: 40,
	auc: { perVideo: 0.75, global: 0.875, macro: null },
	ap: 0.5,
	eer: 0.2,
	channels: { patch: { perVideo: 0.7, global: 0.8 }, motion: { perVideo: null, global: 0.6 } },
	perVideo: [{ clip: '1', frames: 90, anomalous: 40, auc: 0.875 }],
	alarms: {
		...OUTCOME,
		budgetPerHour: 1 / 24,
		extrapolated: true,
		minimumSeconds: 1,
		releaseSeconds: 3,
		tailSeconds: 3,
		normalHours: 0.01,
	},
	levels: [
		{ ...OUTCOME, level: 0 },
		{ ...OUTCOME, level: 1 },
		{ ...OUTCOME, level: 1.5 },
		{ ...OUTCOME, level: 2, eventsDetected: 0 },
	],
	kinds: [
		{
			kind: 'cart',
			frames: 12,
			auc: 0.9,
			channels: { patch: 0.8, motion: null },
			events: 1,
			eventsDetected: 1,
			timeToDetect: null,
		},
	],
	regions: { beta: 0.1, alpha: 0.1, regions: 40, tracks: 2, heatMap: CURVE, alarmBox: CURVE },
	memory: {
		items: 2,
		normal: {
			windows: 50,
			shares: [0.75, 0.25],
			entropyBits: 0.811,
			effectiveItems: 1.755,
			effectiveItemsPerWindow: 1.5,
		},
		anomalous: null,
		calibrationGate: { windows: 100, frozen: 0, updated: 95 },
		testGate: { windows: 90, frozen: 30, updated: 40 },
	},
	msPerWindow: { p50: 9.04, p95: 12 },
	clips: [
		{
			clip: '1',
			folder: '/1',
			windows: [],
			events: [
				{
					first: 1,
					last: 2,
					kinds: ['cart'],
					beginSeconds: 0.1,
					endSeconds: 0.2,
					detectedAfterSeconds: 1.25,
					underFalseAlarm: false,
					peakSurprise: 5,
				},
				{
					first: 4,
					last: 5,
					kinds: [],
					beginSeconds: 0.4,
					endSeconds: 0.5,
					detectedAfterSeconds: null,
					underFalseAlarm: true,
					peakSurprise: 2,
				},
			],
			alarms: [
				{ ...alarmAt(2), outcome: 'true' },
				{ ...alarmAt(20), outcome: 'false' },
			],
		},
	],
};

/** Runs of blanks are one. */
function lines(report: EvaluationReport): string[] {
	return reportTable(report)
		.split('\n')
		.map((line) => line.replaceAll(/ {2,}/g, '  ').trim());
}

test('all figures can be read', () => {
	const shown = lines(REPORT);
	for (const line of [
		'mnad (m 1) on yard',
		'256x144 at 10 frames a second, 90 frames scored, 40 of them anomalous',
		'9.0 ms a window, 12.0 ms at the 95th percentile',
		'AUC, combined  87.5  75.0  –',
		'patch (weight 1)  80.0  70.0',
		'motion  60.0  –',
		'average precision  50.0',
		'equal error rate  20.0',
		'1 a day ~  4.3  1 of 2  1  1.3  2.0  1  100.0  12.5  0',
		'1.0  1 of 2  1  1.3  2.0  1  100.0  12.5  0',
		'cart  12  90.0  80.0  –  1 of 1  –  –',
		'heat map  40.0  62.5',
		'over 40 regions of 2 tracks',
		'normal windows  1.8  1.5  0.81  75.0  25.0',
		'the memory learned from 95 of 100 windows while it was calibrated and from 40 of 90 windows (30 under an alarm) of the test',
		'1  90  40  87.5  1  cart 1.3, told before',
	]) {
		assert.ok(shown.includes(line), `"${line}" is not in\n${shown.join('\n')}`);
	}
	// Levels that are no whole numbers, zero, and those at which nothing is found stay in the JSON.
	assert.equal(shown.filter((line) => / of 2 {2}/.test(line)).length, 2);
});

test('what there is not is left out or said', () => {
	const shown = lines({ ...REPORT, kinds: [], memory: null, regions: null });
	assert.ok(shown.some((line) => line.includes('no masks')));
	assert.ok(!shown.some((line) => /MEMORY|KINDS|RBDC/.test(line)));
});
