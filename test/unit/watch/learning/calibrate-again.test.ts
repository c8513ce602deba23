import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import { cameraId } from '../../../../src/core/units.ts';
import { calibrateFromFootage } from '../../../../src/watch/learning/calibrate-again.ts';
import { Turns } from '../../../../src/watch/learning/turns.ts';
import { learnedCalibration } from '../../../support/brain-parts.ts';
import { manualClock } from '../../../support/manual-clock.ts';

test('footage from before a restart gives the calibration once there is enough of it', async () => {
	const rig = await create();
	await rig.clock.advance(20_000);
	assert.equal(rig.used.length, 0, 'there is too little');
	rig.is.seconds = 120;
	await rig.clock.advance(5000);
	assert.equal(rig.used.length, 1);
	rig.is.progress = null;
	await rig.clock.advance(60_000);
	assert.equal(rig.used.length, 1);
	await rig.stop();
});

test('a calibration that is nearly made is waited for, and one that is there is kept', async () => {
	const rig = await create();
	rig.is.seconds = 120;
	rig.is.progress = 0.6;
	await rig.clock.advance(20_000);
	rig.is.progress = null;
	await rig.clock.advance(20_000);
	assert.equal(rig.used.length, 0);
	await rig.stop();
});

test('footage that gives none is told, and not tried again', async () => {
	const rig = await create(new ForeframeError('CALIBRATION_INVALID', 'There is too little'));
	rig.is.seconds = 120;
	await rig.clock.advance(5000);
	await rig.running;
	assert.equal(rig.used.length, 0);
	assert.equal(rig.events.length, 1);
	assert.match(JSON.stringify(rig.events[0]), /There is too little/);
});

async function create(failure: Error | null = null) {
	const clock = manualClock();
	const events: DaemonEvent[] = [];
	const used: unknown[] = [];
	const is: { seconds: number; progress: number | null } = { seconds: 50, progress: 0.1 };
	const stop = new AbortController();
	const calibration = await learnedCalibration();
	const running = calibrateFromFootage(
		{
			camera: cameraId('yard'),
			clock,
			observe: (event) => events.push(event),
			turns: new Turns(),
			progress: () => is.progress,
			seconds: () => is.seconds,
			wanted: 100,
			calibrate: async () => {
				if (failure !== null) throw failure;
				return calibration;
			},
			use: async (made) => void used.push(made),
		},
		stop.signal,
	);
	return {
		clock,
		events,
		used,
		is,
		running,
		stop: async () => {
			stop.abort();
			await assert.rejects(running, { name: 'AbortError' });
		},
	};
}
