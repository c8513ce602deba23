import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageBars } from '../../../../src/evaluate/html/usage-bars.ts';

test('bars are as high as the shares, the highest fills the plot, and a line shows an even share', () => {
	const svg = usageBars([0.5, 0.25, 0.25, 0]).text;
	// The plot lies between 36 and 416 and, upwards, between 100 and 8.
	const bars = [...svg.matchAll(/<rect class="bar" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)];
	assert.deepEqual(
		bars.map((bar) => bar.slice(1).map(Number)),
		[
			[45.5, 8, 76, 92],
			[140.5, 54, 76, 46],
			[235.5, 54, 76, 46],
			[330.5, 100, 76, 0],
		],
	);
	assert.match(svg, /<line class="level" x1="36" x2="416" y1="54" y2="54"\/>/);
	assert.match(svg, /<title>item 1: 50\.0 %<\/title>/);
});
