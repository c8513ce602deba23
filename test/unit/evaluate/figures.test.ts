import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameFigures } from '../../../src/evaluate/figures.ts';
import { windowAt } from '../../support/series.ts';

function clip(name: string, labels: string, surprises: readonly number[], motion: readonly number[]) {
	return {
		clip: name,
		windows: surprises.map((surprise, picture) =>
			windowAt(picture, { anomalous: labels[picture] === 'x', surprise, channels: { motion: motion[picture]! } }),
		),
	};
}

test('one scale over all clips, each clip stretched, and the mean over clips are three different areas', () => {
	const figures = frameFigures(
		[
			// By itself perfect, but on a low scale: 2 is beaten by the other clip's normal 3.
			clip('low', '..x', [0, 1, 2], [5, 5, 5]),
			// By itself: 4 > 3, 2 < 3.
			clip('high', '.xx', [3, 4, 2], [0, 9, 9]),
			// Of one kind: stretched, its 5 and 6 become 0 and 1.
			clip('odd', 'xx', [5, 6], [9, 9]),
		],
		['motion'],
	);
	assert.deepEqual([figures.frames, figures.anomalousFrames], [8, 5]);
	// Anomalous 2 4 2 5 6 against normal 0 1 3: 2 + 3 + 2 + 3 + 3 of 15 pairs.
	assert.equal(figures.auc.global, 13 / 15);
	// Anomalous 1 1 0 0 1 against normal 0 .5 .5: 3 + 3 + .5 + .5 + 3 of 15.
	assert.equal(figures.auc.perVideo, 10 / 15);
	// The clip of one kind has no area.
	assert.deepEqual(
		figures.perVideo.map(({ clip: name, frames, anomalous, auc }) => [name, frames, anomalous, auc]),
		[
			['low', 3, 1, 1],
			['high', 3, 2, 0.5],
			['odd', 2, 2, null],
		],
	);
	assert.equal(figures.auc.macro, 0.75);
	// 5 9 9 9 9 against 5 5 0 on one scale; stretched 0 1 1 0 0 against 0 0 0.
	assert.deepEqual(figures.channels, { motion: { global: 14 / 15, perVideo: (3 * 0.5 * 3 + 6) / 15 } });
});
