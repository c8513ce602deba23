import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, type Scene } from '../../../../../src/ingest/simulate/scene/scene.ts';
import {
	DEMO_KINDS,
	ODDITY_KINDS,
	type OddityKind,
	STANDING_KINDS,
} from '../../../../../src/ingest/simulate/scene/schedule.ts';

const size = { width: 192, height: 108, framesPerSecond: 5 };

function rendered(scene: Scene, index: number): Uint8Array {
	const out = new Uint8Array(scene.width * scene.height * 1.5);
	scene.render(index, out);
	return out;
}

function mean(values: Uint8Array): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('the same seed draws the same picture, in whatever order pictures are asked for', () => {
	const one = openScene({ ...size, seed: 3, oddities: 'demo' });
	const other = openScene({ ...size, seed: 3, oddities: 'demo' });
	const forward = [0, 160, 5000].map((index) => rendered(one, index));
	const backward = [5000, 160, 0].map((index) => rendered(other, index)).reverse();
	assert.deepEqual(forward, backward);
	assert.notDeepEqual(rendered(openScene({ ...size, seed: 4 }), 0), forward[0]);
});

test('luma alone is the luma of the coloured picture', () => {
	const scene = openScene(size);
	const luma = new Uint8Array(192 * 108);
	scene.render(40, luma);
	assert.deepEqual(luma, rendered(scene, 40).subarray(0, luma.length));
	assert.throws(() => scene.render(40, new Uint8Array(7)), RangeError);
});

test('light drifts over minutes and never jumps from one picture to the next', () => {
	const scene = openScene(size);
	const brightness = (seconds: number) => mean(rendered(scene, seconds * 5).subarray(0, 192 * 108));
	const overMinutes = Array.from({ length: 20 }, (_, step) => brightness(step * 30));
	assert.ok(Math.max(...overMinutes) - Math.min(...overMinutes) > 4, String(overMinutes));
	for (let index = 100; index < 140; index++) {
		assert.ok(Math.abs(brightness(index / 5) - brightness((index + 1) / 5)) < 2);
	}
});

test('people move: a second later much of the walkway differs by more than noise, the lawn in front does not', () => {
	const scene = openScene(size);
	const [before, after] = [rendered(scene, 100), rendered(scene, 105)];
	const changed = (fromRow: number, toRow: number) => {
		let count = 0;
		for (let at = fromRow * 192; at < toRow * 192; at++) if (Math.abs(before[at]! - after[at]!) > 12) count++;
		return count;
	};
	assert.ok(changed(36, 80) > 60);
	assert.equal(changed(96, 108), 0);
});

test('nothing is odd where nothing is planned', () => {
	const scene = openScene(size);
	for (const index of [0, 150, 900]) {
		assert.deepEqual(scene.labels(index), { anomalous: false, oddities: [] });
		assert.ok(scene.mask(index).every((value) => value === 0));
	}
	assert.deepEqual(scene.timeline(0, 600), []);
});

test('the demonstration begins with half a minute of normality, then shows one oddity a minute, each kind in turn', () => {
	const scene = openScene({ ...size, oddities: 'demo' });
	const timeline = scene.timeline(0, 60 * DEMO_KINDS.length + 29);
	assert.deepEqual(
		timeline.map(({ kind, startSeconds }) => [kind, startSeconds]),
		DEMO_KINDS.map((kind, order) => [kind, 30 + 60 * order]),
	);
	for (const { kind, startSeconds, endSeconds } of timeline) {
		const lasts = endSeconds - startSeconds;
		assert.ok(lasts > 2.5 && lasts < 30, `${kind} lasts ${lasts} s`);
	}
	for (let index = 0; index < 30 * 5; index++) assert.equal(scene.labels(index).anomalous, false);
});

for (const kind of [...ODDITY_KINDS, ...STANDING_KINDS]) {
	test(`${kind}: labels, boxes and masks agree, and the picture differs from the one without it`, () => {
		const scene = openScene({ ...size, oddities: [{ kind, startSeconds: 40 }] });
		const [occurrence] = scene.timeline(0, 100);
		assert.ok(occurrence !== undefined);
		const middle = Math.round(((occurrence.startSeconds + occurrence.endSeconds) / 2) * 5);
		let seen = 0;
		for (let index = middle - 4; index <= middle + 4; index++) {
			const labels = scene.labels(index);
			const mask = scene.mask(index);
			if (!labels.anomalous) continue;
			seen++;
			assert.deepEqual(boundsOf(mask), labels.oddities[0]?.bbox);
			assert.equal(labels.oddities[0]?.kind, kind);
		}
		// Somebody may stand in the way for a moment, no longer.
		assert.ok(seen >= 5, `seen in ${seen} of 9 pictures`);
		assert.equal(scene.labels(Math.round((occurrence.endSeconds + 1) * 5)).anomalous, false);
		assert.equal(scene.labels(Math.floor((occurrence.startSeconds - 0.5) * 5)).anomalous, false);
		assert.ok(differsInside(kind, middle), 'the picture is that of a normal scene');
	});
}

function boundsOf(mask: Uint8Array) {
	const columns: number[] = [];
	const rows: number[] = [];
	for (const [at, value] of mask.entries()) {
		if (value === 0) continue;
		columns.push(at % 192);
		rows.push(Math.floor(at / 192));
	}
	return {
		left: Math.min(...columns),
		top: Math.min(...rows),
		right: Math.max(...columns) + 1,
		bottom: Math.max(...rows) + 1,
	};
}

/** Where the mask says that something is odd, the picture of the same moment without it looks different. */
function differsInside(kind: OddityKind, index: number): boolean {
	const odd = openScene({ ...size, oddities: [{ kind, startSeconds: 40 }] });
	// What belongs there is missing from the scene without oddities, too: the comparison is with a time before it was odd.
	const belongs = kind === 'removed-object' || kind === 'moved-barrier';
	const normal = belongs ? rendered(odd, 30 * 5) : rendered(openScene(size), index);
	const [shown, mask] = [rendered(odd, index), odd.mask(index)];
	let [inside, different] = [0, 0];
	for (const [at, value] of mask.entries()) {
		if (value === 0) continue;
		inside++;
		if (Math.abs(shown[at]! - normal[at]!) > (belongs ? 8 : 3)) different++;
	}
	return inside > 0 && different / inside > 0.5;
}

test('sizes that cannot be coded and rates that make no sense are refused', () => {
	assert.throws(() => openScene({ width: 641, height: 360 }), { code: 'USAGE' });
	assert.throws(() => openScene({ width: 640, height: 0 }), { code: 'USAGE' });
	assert.throws(() => openScene({ framesPerSecond: 0 }), { code: 'USAGE' });
});
