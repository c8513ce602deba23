import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Channel } from '../../../src/core/prediction.ts';
import { rawScore, utcMs } from '../../../src/core/units.ts';
import { Reservoir } from '../../../src/score/reservoir.ts';

const CHANNELS: readonly Channel[] = ['patch'];

test('of what is kept, stretches in which something was confirmed are left out of a calibration, and are there again when that is taken back', () => {
	const reservoir = new Reservoir({
		channels: CHANNELS,
		framesPerSecond: 5,
		capacity: 10_000,
		fadeHours: 24,
		random: () => 0.5,
	});
	for (let index = 0; index < 1024; index++) {
		reservoir.add({
			run: 1,
			index,
			capturedAt: utcMs(1000 * index),
			channels: new Map([['patch', rawScore(index)]] as const),
		});
	}
	const all = reservoir.footage();
	const without = reservoir.footage([{ from: utcMs(300_000), to: utcMs(310_000) }]);
	const kept = [...without.channels.get('patch')!];
	assert.equal(kept.length, 1024 - 256);
	assert.ok(!kept.some((value) => value >= 300 && value <= 310));
	assert.equal(without.steps[256], 0, 'what comes after does not go on from what came before');
	assert.deepEqual(reservoir.footage([]), all);
});
