import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindFigures } from '../../../src/evaluate/kinds.ts';
import type { ClipSeries, EventOutcome } from '../../../src/evaluate/report.ts';
import { windowAt } from '../../support/series.ts';

function event(kinds: readonly string[], detectedAfterSeconds: number | null): EventOutcome {
	return {
		first: 0,
		last: 1,
		kinds,
		beginSeconds: 0,
		endSeconds: 1,
		detectedAfterSeconds,
		underFalseAlarm: false,
		peakSurprise: 1,
	};
}

test("a kind's frames are set against all normal ones and none of another kind", () => {
	const window = (picture: number, surprise: number, motion: number, kinds: readonly string[] | null) =>
		windowAt(picture, { surprise, anomalous: kinds !== null, kinds: kinds ?? [], channels: { motion } });
	const clips: ClipSeries[] = [
		{
			clip: '1',
			folder: '1',
			// The runner is beaten by one normal frame of two; that the cart outranks it does not matter.
			windows: [
				window(0, 1, 5, null),
				window(1, 3, 5, null),
				window(2, 2, 1, ['runner']),
				window(3, 9, 9, ['cart']),
				window(4, 9, 5, ['cart', 'runner']),
				window(5, 0, 0, []),
			],
			events: [event(['runner'], null), event(['cart', 'runner'], 2)],
			alarms: [],
		},
	];
	assert.deepEqual(kindFigures(clips, ['motion']), [
		{
			kind: 'cart',
			frames: 2,
			auc: 1,
			channels: { motion: 3 / 4 },
			events: 1,
			eventsDetected: 1,
			timeToDetect: { p50: 2, p95: 2 },
		},
		{
			kind: 'runner',
			frames: 2,
			auc: 3 / 4,
			channels: { motion: 1 / 4 },
			events: 2,
			eventsDetected: 1,
			timeToDetect: { p50: 2, p95: 2 },
		},
	]);
	assert.deepEqual(kindFigures([], []), []);
});
