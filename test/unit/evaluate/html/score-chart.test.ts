import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf, type ScoreCurve, scoreChart } from '../../../../src/evaluate/html/score-chart.ts';

// The plot lies between 26 and 414 and, upwards, between 100 and 8.
const curve: ScoreCurve = {
	id: 'clip-0',
	title: 'Clip 01',
	description: 'quiet',
	points: [
		{ seconds: 0, score: 0 },
		{ seconds: 5, score: 2 },
		{ seconds: 8, score: 40 },
	],
	level: 1,
	labelled: [{ from: 2.5, to: 7.5, title: 'cart' }],
	alarms: [{ from: 5, to: 10, title: 'false alarm', outcome: 'false' }],
	most: { seconds: 10, score: 4 },
};

test('the curve, the level, labels and alarms lie where their seconds and scores put them', () => {
	const svg = scoreChart(curve).text;
	// A score above the axis is drawn at its end.
	assert.match(svg, /<path class="curve" d="M26 100L220 54L336\.4 8"\/>/);
	assert.match(svg, /<line class="level" x1="26" x2="336\.4" y1="77" y2="77"\/>/);
	assert.match(svg, /<rect class="labelled" x="123" y="8" width="194" height="92"><title>cart<\/title>/);
	assert.match(
		svg,
		/<rect class="alarm alarm-false" x="220" y="103\.5" width="194" height="7"><title>false alarm<\/title>/,
	);
});

test('a clip that is called <script> is text wherever its name stands', () => {
	const name = '</title><script>alert(1)</script>';
	const svg = scoreChart({
		...curve,
		title: name,
		labelled: [{ from: 0, to: 1, title: name }],
		description: name,
	}).text;
	assert.doesNotMatch(svg, /<script/);
	assert.equal(svg.split('&#60;script&#62;').length - 1, 3);
});

test('of more points than columns the highest and the lowest of each column are kept', () => {
	const points = Array.from({ length: 1000 }, (_, index): [number, number] => [
		index,
		index === 333 ? 5 : index === 334 ? 95 : 50,
	]);
	const path = pathOf(points, 10);
	assert.equal(path.match(/[ML]/g)?.length, 20);
	assert.match(path, /L333 5L334 95/);
	assert.equal(pathOf(points.slice(0, 3), 10), 'M0 50L1 50L2 50');
});
