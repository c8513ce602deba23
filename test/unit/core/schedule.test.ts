import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysNamed, isTimeZone, type Schedule, type Span, scheduleAt } from '../../../src/core/schedule.ts';
import { utcMs } from '../../../src/core/units.ts';

const at = (text: string) => utcMs(Date.parse(text));

function schedule(timeZone: string, ...armed: Span[]): Schedule {
	return { timeZone, armed };
}

const daily = (from: string, to: string): Span => ({ days: ['mon-sun'], from, to });

/** Every switch from one moment to another, as `+` (armed) or `-` with its time in UTC. */
function switches(given: Schedule, from: string, to: string): string[] {
	const found: string[] = [];
	let now = at(from);
	for (;;) {
		const { armed, nextAt } = scheduleAt(given, now);
		if (nextAt === null || nextAt > at(to)) return found;
		assert.ok(nextAt > now, 'a switch lies behind');
		const just = scheduleAt(given, utcMs(nextAt - 1));
		assert.deepEqual(just, { armed, nextAt }, 'the millisecond before a switch is as the time before it');
		assert.notEqual(scheduleAt(given, nextAt).armed, armed, 'a switch that switches nothing');
		found.push(`${armed ? '-' : '+'} ${new Date(nextAt).toISOString().slice(0, 16)}`);
		now = nextAt;
	}
}

test('Nights from Monday to Friday go over midnight, and the last one into Saturday', () => {
	const nights = schedule('Europe/Berlin', { days: ['mon-fri'], from: '18:00', to: '06:00' });
	// Monday, 2 November 2026, is in winter: UTC+1.
	assert.deepEqual(switches(nights, '2026-11-02T00:00Z', '2026-11-09T12:00Z'), [
		...['02', '03', '04', '05', '06'].flatMap((day) => [
			`+ 2026-11-${day}T17:00`,
			`- 2026-11-0${Number(day) + 1}T05:00`,
		]),
	]);
});

test('Whole days are whole, days that touch are one stretch, and what overlaps is armed', () => {
	const weekend = schedule('America/New_York', { days: ['sat', 'sun'], from: '00:00', to: '24:00' });
	assert.deepEqual(switches(weekend, '2026-11-06T00:00Z', '2026-11-12T00:00Z'), [
		'+ 2026-11-07T05:00',
		'- 2026-11-09T05:00',
	]);
	const overlapping = schedule('UTC', daily('08:00', '12:00'), daily('11:00', '13:00'), daily('13:00', '14:00'));
	assert.deepEqual(switches(overlapping, '2026-06-01T00:00Z', '2026-06-02T00:00Z'), [
		'+ 2026-06-01T08:00',
		'- 2026-06-01T14:00',
	]);
	assert.deepEqual(scheduleAt(schedule('Asia/Tokyo', daily('00:00', '24:00')), at('2026-06-01T00:00Z')), {
		armed: true,
		nextAt: null,
	});
	const split = schedule('Asia/Tokyo', daily('06:00', '18:00'), daily('18:00', '06:00'));
	assert.equal(scheduleAt(split, at('2026-06-01T00:00Z')).nextAt, null);
});

test('Local times stay local through the clock changes of Berlin', () => {
	const nights = schedule('Europe/Berlin', daily('22:00', '06:00'));
	// 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
	assert.deepEqual(switches(nights, '2026-03-27T12:00Z', '2026-03-30T12:00Z'), [
		'+ 2026-03-27T21:00',
		'- 2026-03-28T05:00',
		'+ 2026-03-28T21:00',
		'- 2026-03-29T04:00',
		'+ 2026-03-29T20:00',
		'- 2026-03-30T04:00',
	]);
	assert.deepEqual(switches(nights, '2026-10-24T12:00Z', '2026-10-26T12:00Z'), [
		'+ 2026-10-24T20:00',
		'- 2026-10-25T05:00',
		'+ 2026-10-25T21:00',
		'- 2026-10-26T05:00',
	]);
});

test('A time that is skipped is the moment of the skip, one that comes twice is the longer way', () => {
	const spring = schedule('Europe/Berlin', { days: ['sun'], from: '02:30', to: '05:00' });
	assert.deepEqual(switches(spring, '2026-03-28T12:00Z', '2026-03-29T12:00Z'), [
		'+ 2026-03-29T01:00',
		'- 2026-03-29T03:00',
	]);
	const until = schedule('Europe/Berlin', { days: ['sun'], from: '01:00', to: '02:30' });
	assert.deepEqual(switches(until, '2026-03-28T12:00Z', '2026-03-29T12:00Z'), [
		'+ 2026-03-29T00:00',
		'- 2026-03-29T01:00',
	]);
	// Wholly within what is skipped there is nothing.
	const within = schedule('Europe/Berlin', { days: ['sun'], from: '02:15', to: '02:45' });
	assert.deepEqual(switches(within, '2026-03-28T12:00Z', '2026-03-29T12:00Z'), []);
	// 02:30 is at 00:30 and at 01:30 UTC.
	assert.deepEqual(switches(within, '2026-10-24T12:00Z', '2026-10-25T12:00Z'), [
		'+ 2026-10-25T00:15',
		'- 2026-10-25T01:45',
	]);
});

test('The same in New York, whose clocks change on other days', () => {
	const nights = schedule('America/New_York', daily('01:30', '03:30'));
	// 8 March 2026: 02:00 becomes 03:00. 1 November 2026: 02:00 becomes 01:00.
	assert.deepEqual(switches(nights, '2026-03-07T12:00Z', '2026-03-09T12:00Z'), [
		'+ 2026-03-08T06:30',
		'- 2026-03-08T07:30',
		'+ 2026-03-09T05:30',
		'- 2026-03-09T07:30',
	]);
	assert.deepEqual(switches(nights, '2026-10-31T12:00Z', '2026-11-02T12:00Z'), [
		'+ 2026-11-01T05:30',
		'- 2026-11-01T08:30',
		'+ 2026-11-02T06:30',
		'- 2026-11-02T08:30',
	]);
});

test('A midnight that is skipped begins a day all the same', () => {
	// In Cairo 24 April 2026 begins at 01:00.
	const friday = schedule('Africa/Cairo', { days: ['fri'], from: '00:00', to: '24:00' });
	assert.deepEqual(switches(friday, '2026-04-23T12:00Z', '2026-04-26T00:00Z'), [
		'+ 2026-04-23T22:00',
		'- 2026-04-24T21:00',
	]);
});

test('Days are named alone or as a stretch, over the weekend too', () => {
	assert.deepEqual(daysNamed('mon-fri'), [0, 1, 2, 3, 4]);
	assert.deepEqual(daysNamed('fri-mon'), [4, 5, 6, 0]);
	assert.deepEqual(daysNamed('sun'), [6]);
	assert.deepEqual(daysNamed('mon-mon'), [0]);
	for (const text of ['', 'monday', 'mon-', 'mon-tue-wed']) assert.deepEqual(daysNamed(text), [], text);
	assert.deepEqual(['Europe/Berlin', 'UTC', 'Europe/Berln', ''].map(isTimeZone), [true, true, false, false]);
});
