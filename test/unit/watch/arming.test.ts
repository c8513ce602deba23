import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule } from '../../../src/core/schedule.ts';
import { cameraId, utcMs } from '../../../src/core/units.ts';
import { Arming } from '../../../src/watch/arming.ts';

const at = (text: string) => utcMs(Date.parse(text));
const bytes = (text: string) => new TextEncoder().encode(text);

/** Armed from 18:00 to 06:00 every night. */
function nights(timeZone: string): Schedule {
	return { timeZone, armed: [{ days: ['mon-sun'], from: '18:00', to: '06:00' }] };
}

function armingOf(schedule: Schedule | null, stored: string | null = null, now = at('2026-06-01T12:00Z')) {
	return new Arming(cameraId('yard'), schedule, stored === null ? null : bytes(stored), now);
}

test('Without a schedule a camera is armed until it is paused, for as long as nobody arms it again', () => {
	const arming = armingOf(null);
	const now = at('2026-06-01T12:00Z');
	assert.equal(arming.mode(now), 'armed');
	assert.equal(arming.schedule(now), null);
	arming.set('paused', now);
	assert.equal(arming.mode(at('2036-06-01T12:00Z')), 'paused');
	assert.equal(armingOf(null, 'paused').mode(now), 'paused');
	assert.equal(new TextDecoder().decode(arming.save()), 'paused');
	arming.set('armed', now);
	assert.equal(arming.mode(now), 'armed');
	assert.equal(new TextDecoder().decode(arming.save()), 'armed');
	assert.throws(() => arming.set('schedule', now), { code: 'USAGE', message: /yard has no schedule to go back to/ });
});

test('A schedule arms and disarms, and what is asked for holds until it switches next', () => {
	const arming = armingOf(nights('Europe/Berlin'));
	const [noon, night, later] = [at('2026-06-01T10:00Z'), at('2026-06-01T20:00Z'), at('2026-06-02T10:00Z')];
	assert.deepEqual(arming.schedule(noon), { armed: false, nextAt: at('2026-06-01T16:00Z'), override: null });
	assert.deepEqual(
		[noon, night, later].map((now) => arming.mode(now)),
		['disarmed', 'armed', 'disarmed'],
	);

	arming.set('armed', noon);
	assert.equal(arming.mode(noon), 'armed');
	assert.deepEqual(arming.schedule(noon), { armed: false, nextAt: at('2026-06-01T16:00Z'), override: 'armed' });
	assert.deepEqual(
		[night, later].map((now) => arming.mode(now)),
		['armed', 'disarmed'],
	);

	arming.set('paused', night);
	assert.equal(arming.mode(at('2026-06-02T03:59Z')), 'paused');
	assert.equal(arming.mode(at('2026-06-02T04:00Z')), 'disarmed');
	assert.equal(arming.mode(at('2026-06-02T20:00Z')), 'armed');

	const back = at('2026-06-03T20:00Z');
	arming.set('paused', back);
	arming.set('schedule', back);
	assert.equal(arming.mode(back), 'armed');
});

test('What was asked for outlives a restart until its switch; what was asked for before there was a schedule does so too', () => {
	const night = at('2026-06-01T20:00Z');
	const arming = armingOf(nights('Europe/Berlin'));
	arming.set('paused', night);
	const stored = new TextDecoder().decode(arming.save());
	assert.equal(stored, `paused until ${at('2026-06-02T04:00Z')}`);
	const again = armingOf(nights('Europe/Berlin'), stored, at('2026-06-01T21:00Z'));
	assert.equal(again.mode(at('2026-06-01T21:00Z')), 'paused');
	assert.equal(again.mode(at('2026-06-02T20:00Z')), 'armed');
	const long = armingOf(nights('Europe/Berlin'), stored, at('2026-06-05T20:00Z'));
	assert.equal(long.mode(at('2026-06-05T20:00Z')), 'armed');

	const before = armingOf(nights('Europe/Berlin'), 'paused', night);
	assert.equal(before.mode(night), 'paused');
	assert.equal(before.mode(at('2026-06-02T10:00Z')), 'disarmed');
	assert.equal(
		armingOf(nights('Europe/Berlin'), 'armed', at('2026-06-01T10:00Z')).mode(at('2026-06-01T10:00Z')),
		'disarmed',
	);
	assert.equal(armingOf(null, 'what').mode(night), 'armed');
});

test('A clock that is put back finds the schedule as it was then', () => {
	const arming = armingOf(nights('UTC'));
	assert.equal(arming.mode(at('2026-06-01T20:00Z')), 'armed');
	assert.equal(arming.mode(at('2026-06-01T12:00Z')), 'disarmed');
});
