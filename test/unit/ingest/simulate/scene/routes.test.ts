import assert from 'node:assert/strict';
import { test } from 'node:test';
import { along, lane, ROUTES, routeLength } from '../../../../../src/ingest/simulate/scene/routes.ts';

test('a straight way leads from its first corner to its last, and left is left', () => {
	const way = lane(0, 10, 5, 1);
	assert.equal(routeLength(way), 10);
	const here = along(way, 4, 0.5);
	assert.ok(Math.abs(here.x - 4) < 1e-9 && Math.abs(here.z - 5.5) < 1e-9 && Math.abs(here.heading) < 1e-9);
	const back = along(lane(10, 0, 5, 1), 4, 0.5);
	assert.ok(Math.abs(back.x - 6) < 1e-9 && Math.abs(back.z - 4.5) < 1e-9);
});

test('nobody leaps: every step of ten centimetres moves at most that far, corners included', () => {
	for (const route of ROUTES) {
		let before = along(route, 0, 0);
		for (let distance = 0.1; distance < routeLength(route); distance += 0.1) {
			const here = along(route, distance, 0);
			assert.ok(Math.hypot(here.x - before.x, here.z - before.z) <= 0.101);
			before = here;
		}
	}
});
