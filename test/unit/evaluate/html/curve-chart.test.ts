import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CurveChart, curveChart } from '../../../../src/evaluate/html/curve-chart.ts';

const write = String;
// The plot lies between 40 and 308 and, upwards, between 276 and 10.
const chart: CurveChart = {
	id: 'roc',
	title: 'ROC',
	description: 'Area under each line',
	x: { label: 'falsely told', most: 1, write },
	y: { label: 'told', most: 1, write },
	lines: [
		{
			name: 'all <together>',
			value: '90 %',
			points: [
				[0, 0],
				[0, 0.5],
				[0.5, 1],
				[1, 1],
			],
			strong: true,
		},
		{
			name: 'patch',
			value: '50 %',
			points: [
				[0, 0],
				[1, 1],
			],
		},
	],
	chance: [
		[0, 0],
		[1, 1],
	],
	marks: [{ name: 'here', point: [0.25, 0.5] }],
};

test('lines, chance and marks lie where their shares put them, the first line on top of the others', () => {
	const svg = curveChart(chart).text;
	const paths = [...svg.matchAll(/<path class="([^"]*)" d="([^"]*)"\/>\n/g)].map(([, name, path]) => [name, path]);
	assert.deepEqual(paths.slice(0, 3), [
		['chance', 'M40 276L308 10'],
		['line line-1', 'M40 276L308 10'],
		['line line-0 strong', 'M40 276L40 143L174 10L308 10'],
	]);
	assert.match(svg, /<title>here<\/title><circle cx="107" cy="143" r="5"\/>/);
});

test('the legend names and values every line, escaped', () => {
	const svg = curveChart(chart).text;
	assert.match(svg, /<\/svg> all &#60;together&#62; <b>90 %<\/b>/);
	assert.match(svg, /<\/svg> patch <b>50 %<\/b>/);
	assert.doesNotMatch(svg, /<together>/);
});

test('points that nobody can tell apart are drawn as one, the last is always there', () => {
	const points = Array.from({ length: 10_001 }, (_, index) => [index / 10_000, index / 10_000] as const);
	const svg = curveChart({ ...chart, chance: null, lines: [{ name: 'a', value: '', points }] }).text;
	const path = /<path class="line line-0" d="([^"]*)"/.exec(svg)?.[1] ?? '';
	assert.ok(path.length < 10_000, `${path.length} characters`);
	assert.ok(path.startsWith('M40 276L') && path.endsWith('L308 10'), path.slice(-20));
});
