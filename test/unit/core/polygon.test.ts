import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaOf, fillPolygon, type Polygon, polygonFault } from '../../../src/core/polygon.ts';
import { seededRandom } from '../../support/random.ts';

const SQUARE: Polygon = [
	[0.25, 0.25],
	[0.75, 0.25],
	[0.75, 0.75],
	[0.25, 0.75],
];

function filled(polygon: Polygon, width: number, height: number): Uint8Array {
	const pixels = new Uint8Array(width * height);
	fillPolygon(polygon, { width, height }, pixels);
	return pixels;
}

test('A pixel is in a polygon when its centre is, and neighbours that share a side share no pixel', () => {
	assert.deepEqual([...filled(SQUARE, 4, 4)], [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
	const left: Polygon = [
		[0, 0],
		[0.5, 0],
		[0.5, 1],
		[0, 1],
	];
	const right: Polygon = [
		[0.5, 0],
		[1, 0],
		[1, 1],
		[0.5, 1],
	];
	const [a, b] = [filled(left, 9, 6), filled(right, 9, 6)];
	assert.ok(a.every((pixel, index) => pixel + b[index]! === 1));
	assert.deepEqual(filled(SQUARE.toReversed(), 16, 12), filled(SQUARE, 16, 12));
});

test('Filling agrees with the winding of every pixel’s centre, for concave polygons too', () => {
	const random = seededRandom(7);
	for (let round = 0; round < 40; round++) {
		// A star around a point does not cross itself and is rarely convex.
		const corners = 3 + Math.floor(random() * 9);
		const polygon: Polygon = Array.from({ length: corners }, (_, corner) => {
			const angle = (2 * Math.PI * (corner + 0.1 + 0.8 * random())) / corners;
			const radius = 0.05 + 0.44 * random();
			return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
		});
		if (corners > 3) assert.equal(polygonFault(polygon), null, JSON.stringify(polygon));
		const [width, height] = [37, 23];
		const pixels = filled(polygon, width, height);
		for (const [index, pixel] of pixels.entries()) {
			const x = ((index % width) + 0.5) / width;
			const y = (Math.floor(index / width) + 0.5) / height;
			assert.equal(pixel === 1, Math.abs(windingOf(polygon, x, y)) > 0.5, `${x},${y} of ${JSON.stringify(polygon)}`);
		}
	}
});

/** Turns that the direction to a polygon's corners makes as seen from a point. */
function windingOf(polygon: Polygon, x: number, y: number): number {
	return polygon.reduce((sum, [ax, ay], place) => {
		const [bx, by] = polygon[(place + 1) % polygon.length]!;
		const cross = (ax - x) * (by - y) - (ay - y) * (bx - x);
		const dot = (ax - x) * (bx - x) + (ay - y) * (by - y);
		return sum + Math.atan2(cross, dot) / (2 * Math.PI);
	}, 0);
}

test('Polygons that cross, touch or fold back on themselves, or hold nothing, are told', () => {
	assert.equal(polygonFault(SQUARE), null);
	assert.ok(Math.abs(areaOf(SQUARE) - 0.25) < 1e-12);
	const bow: Polygon = [
		[0, 0],
		[1, 1],
		[1, 0],
		[0, 1],
	];
	assert.match(polygonFault(bow)!, /^expected sides that do not cross: the one from \[0, 0\] to \[1, 1\] crosses/);
	const touching: Polygon = [
		[0, 0],
		[1, 0],
		[1, 1],
		[0.5, 0],
		[0, 1],
	];
	assert.match(polygonFault(touching)!, /do not cross/);
	const line: Polygon = [
		[0, 0],
		[0.5, 0.5],
		[1, 1],
	];
	assert.match(polygonFault(line)!, /do not cross|on a line/);
	const twice: Polygon = [
		[0, 0],
		[1, 0],
		[1, 1],
		[1, 0],
	];
	assert.match(polygonFault(twice)!, /do not cross/);
	const tiny: Polygon = [
		[0.5, 0.5],
		[0.5001, 0.5],
		[0.5, 0.5001],
	];
	assert.match(polygonFault(tiny)!, /enclose something/);
	// A corner in the middle of a straight side is no fault.
	assert.equal(
		polygonFault([
			[0, 0],
			[0.5, 0],
			[1, 0],
			[1, 1],
			[0, 1],
		]),
		null,
	);
});
