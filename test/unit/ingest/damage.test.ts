import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damageTracker } from '../../../src/ingest/damage.ts';

const at = (ptsSeconds: number, keyFrame = false) => ({ ptsSeconds, keyFrame, damage: null });

test('Pictures after lost packets are damaged until the next key frame', () => {
	const tracker = damageTracker();
	assert.equal(tracker.of(at(0, true)), null);
	tracker.mark('packets-lost');
	assert.equal(tracker.of(at(0.04)), 'packets-lost');
	assert.equal(tracker.of(at(0.08)), 'packets-lost');
	assert.equal(tracker.of(at(0.12, true)), null);
	assert.equal(tracker.of(at(0.16)), null);
});

test('A key frame that is itself damaged heals nothing', () => {
	const tracker = damageTracker();
	assert.equal(tracker.of({ ptsSeconds: 0, keyFrame: true, damage: 'concealed' }), 'concealed');
	assert.equal(tracker.of(at(0.04)), 'concealed');
	assert.equal(tracker.of(at(0.08, true)), null);
});

test('A stream without key frames is trusted again after ten seconds', () => {
	const tracker = damageTracker();
	assert.equal(tracker.of({ ptsSeconds: 5, keyFrame: false, damage: 'corrupt' }), 'corrupt');
	assert.equal(tracker.of(at(14.9)), 'corrupt');
	assert.equal(tracker.of(at(15.1)), null);
});
