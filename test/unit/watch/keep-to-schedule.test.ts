import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScheduleState } from '../../../src/core/camera-state.ts';
import { isAbort } from '../../../src/core/errors.ts';
import { cameraId } from '../../../src/core/units.ts';
import { Arming, type ArmingMode } from '../../../src/watch/arming.ts';
import { followSchedule, keepToSchedule } from '../../../src/watch/keep-to-schedule.ts';
import { manualClock } from '../../support/manual-clock.ts';

const HOUR = 3_600_000;

/** A camera that is armed from 22:00 to 06:00, and the switches that it makes in some hours from a moment on. */
async function switchesOf(timeZone: string, from: string, hours: number): Promise<string[]> {
	const clock = manualClock(Date.parse(from));
	const schedule = { timeZone, armed: [{ days: ['mon-sun'], from: '22:00', to: '06:00' }] };
	const arming = new Arming(cameraId('yard'), schedule, null, clock.utcNow());
	const made: string[] = [];
	let mode: ArmingMode = arming.mode(clock.utcNow());
	const told: (ScheduleState | null)[] = [];
	const watch = {
		arm: async (next: ArmingMode, detail: string) => {
			if (next !== mode) made.push(`${new Date(clock.utcNow()).toISOString().slice(0, 16)} ${next} ${detail}`);
			mode = next;
		},
	};
	const ending = new AbortController();
	const parts = { arming, clock, watch, status: { schedule: (state: ScheduleState | null) => void told.push(state) } };
	const keeping = keepToSchedule(parts, ending.signal).catch((error: unknown) => assert.ok(isAbort(error)));
	for (let hour = 0; hour < hours; hour++) await clock.advance(HOUR);
	ending.abort();
	await keeping;
	assert.ok(told.every((state) => state?.nextAt != null));
	return made;
}

test('In Berlin a night in which the clocks go forward is an hour shorter, one in which they go back an hour longer', async () => {
	assert.deepEqual(await switchesOf('Europe/Berlin', '2026-03-28T12:00Z', 30), [
		'2026-03-28T21:00 armed by its schedule until 2026-03-29T04:00:00.000Z',
		'2026-03-29T04:00 disarmed by its schedule until 2026-03-29T20:00:00.000Z',
	]);
	assert.deepEqual(await switchesOf('Europe/Berlin', '2026-10-24T12:00Z', 30), [
		'2026-10-24T20:00 armed by its schedule until 2026-10-25T05:00:00.000Z',
		'2026-10-25T05:00 disarmed by its schedule until 2026-10-25T21:00:00.000Z',
	]);
});

test('In New York they do so on other days', async () => {
	assert.deepEqual(await switchesOf('America/New_York', '2026-03-07T20:00Z', 29), [
		'2026-03-08T03:00 armed by its schedule until 2026-03-08T10:00:00.000Z',
		'2026-03-08T10:00 disarmed by its schedule until 2026-03-09T02:00:00.000Z',
	]);
	assert.deepEqual(await switchesOf('America/New_York', '2026-10-31T20:00Z', 30), [
		'2026-11-01T02:00 armed by its schedule until 2026-11-01T11:00:00.000Z',
		'2026-11-01T11:00 disarmed by its schedule until 2026-11-02T03:00:00.000Z',
	]);
});

test('What a person asks for is done at once and told with the switch that ends it', async () => {
	const clock = manualClock(Date.parse('2026-06-01T23:00Z'));
	const schedule = { timeZone: 'UTC', armed: [{ days: ['mon-sun'], from: '22:00', to: '06:00' }] };
	const arming = new Arming(cameraId('yard'), schedule, null, clock.utcNow());
	const done: unknown[] = [];
	const status = { schedule: (state: ScheduleState | null) => void done.push(state) };
	const watch = { arm: async (mode: ArmingMode, detail: string) => void done.push(`${mode} ${detail}`) };
	arming.set('paused', clock.utcNow());
	await followSchedule({ arming, clock, status, watch }, 'it was asked for');
	assert.deepEqual(done, [
		{ armed: true, nextAt: Date.parse('2026-06-02T06:00Z'), override: 'paused' },
		'paused it was asked for until 2026-06-02T06:00:00.000Z',
	]);
});
