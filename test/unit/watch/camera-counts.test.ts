import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicMs } from '../../../src/core/units.ts';
import { CameraCounts } from '../../../src/watch/camera-counts.ts';
import { oneOfEach } from '../../support/daemon-events.ts';

const events = oneOfEach();
const at = monotonicMs;

test('scores and drops are counted, and the newest score tells its age', () => {
	const counts = new CameraCounts();
	assert.deepEqual(counts.stats, { windowsScored: 0, windowsDropped: 0, frameAgeMs: null, inferenceMs: null });
	counts.follow(events['window-scored'], at(0));
	counts.follow({ ...events['window-scored'], ageMs: 41, inferenceMs: 9 }, at(200));
	for (const reason of ['backpressure', 'damaged', 'starting'] as const) {
		counts.follow({ ...events['window-dropped'], reason }, at(300));
	}
	counts.follow(events['frame-received'], at(400));
	assert.deepEqual(counts.stats, { windowsScored: 2, windowsDropped: 3, frameAgeMs: 41, inferenceMs: 9 });
});

test('windows that are dropped for a minute without a score mean that something hangs', () => {
	const counts = new CameraCounts();
	counts.follow(events['window-dropped'], at(1000));
	counts.follow(events['window-dropped'], at(61_000));
	assert.equal(counts.stuck(at(61_000)), false);
	assert.equal(counts.stuck(at(61_001)), true);
	counts.follow(events['window-scored'], at(61_002));
	assert.equal(counts.stuck(at(999_999)), false);
});

test('nothing hangs while there is nothing to score', () => {
	for (const over of [events['camera-lost'], { ...events['camera-mode'], mode: 'fault' as const }]) {
		const counts = new CameraCounts();
		counts.follow(events['window-dropped'], at(0));
		counts.follow(over, at(1000));
		assert.equal(counts.stuck(at(999_999)), false, over.kind);
	}
	const damaged = new CameraCounts();
	damaged.follow({ ...events['window-dropped'], reason: 'damaged' }, at(0));
	assert.equal(damaged.stuck(at(999_999)), false, 'damaged windows are left out on purpose');
});

test('a network that never finishes loading hangs too', () => {
	const counts = new CameraCounts();
	counts.follow({ ...events['window-dropped'], reason: 'starting' }, at(0));
	assert.equal(counts.stuck(at(120_000)), false);
	assert.equal(counts.stuck(at(300_001)), true);
});
