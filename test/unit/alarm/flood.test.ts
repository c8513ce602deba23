import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FloodGate, floodLimit } from '../../../src/alarm/flood.ts';
import type { Alarm, AlarmChange } from '../../../src/core/alarm.ts';
import { type AlarmId, surprise, utcMs } from '../../../src/core/units.ts';
import { sampleAlarm } from '../../support/alarms.ts';

const MINUTE = 60_000;
const DAILY = 1 / 24;

test('three alarms in an hour are a flood at one a day; a larger budget allows more', () => {
	assert.equal(floodLimit(1 / 168), 3);
	assert.equal(floodLimit(DAILY), 3);
	assert.equal(floodLimit(1), 7);
	assert.equal(floodLimit(12), 28);
});

test('the limit is the fewest that a Poisson process gives in an hour less often than once in 10 000', () => {
	for (const rate of [0.5, 3, 12, 60]) {
		assert.ok(atLeast(floodLimit(rate), rate) < 1e-4, `${rate}`);
		assert.ok(atLeast(floodLimit(rate) - 1, rate) >= 1e-4, `${rate}`);
	}
});

test('alarms from the limit on are gathered, told at once, then once a minute at most', () => {
	const { tell } = create();
	assert.equal(tell('a', 'started', 0), 'started');
	assert.equal(tell('a', 'ended', 1), 'ended');
	assert.equal(tell('b', 'started', 10), 'started');
	assert.equal(tell('b', 'updated', 10), 'updated');
	assert.equal(tell('c', 'started', 20), 'gathered, summary started: 1');
	assert.equal(tell('c', 'ended', 20.2), 'gathered');
	assert.equal(tell('d', 'started', 20.5), 'gathered');
	assert.equal(tell('d', 'ended', 20.8), 'gathered');
	assert.equal(tell('e', 'started', 21.5), 'gathered, summary updated: 3');
});

test('a summary with news is told when its minute is over, without another alarm', () => {
	const { tell, tick } = create();
	for (const [place, id] of ['a', 'b', 'c', 'd'].entries()) tell(id, 'started', place / 4);
	assert.equal(tick(1), null);
	assert.equal(tick(2), 'updated: 2');
	assert.equal(tick(4), null, 'no news');
});

test('alarms that are an hour apart are no flood, however many', () => {
	const { tell } = create();
	for (let n = 0; n < 20; n++) assert.equal(tell(`id-${n}`, 'started', n * 31), 'started');
});

test('a summary ends by itself when the rate has fallen, not before what was gathered has ended', () => {
	const { gate, tell, tick } = create();
	for (const [place, id] of ['a', 'b', 'c'].entries()) {
		tell(id, 'started', place);
		if (id !== 'c') tell(id, 'ended', place + 0.5);
	}
	assert.equal(tick(59), null);
	assert.equal(tick(63), null, 'the gathered alarm goes on');
	tell('c', 'ended', 63);
	assert.equal(tick(63), 'ended: 1');
	assert.equal(gate.flood, null);
	assert.equal(tick(64), null);
	assert.equal(tell('d', 'started', 70), 'started');
});

test('one far stranger than all before goes out by itself', () => {
	const { tell } = create();
	for (const [place, id] of ['a', 'b', 'c'].entries()) tell(id, 'started', place, 6);
	assert.equal(tell('d', 'started', 10, 7.4), 'gathered, summary updated: 2');
	assert.equal(tell('e', 'started', 11, 9.3), 'started', 'a quarter above 7.4');
	assert.equal(tell('e', 'ended', 12, 9.3), 'ended');
	assert.equal(tell('f', 'started', 13, 9.4), 'gathered, summary updated: 3', 'no stranger than that one');
});

test('one that becomes far stranger while it goes on is told as started then', () => {
	const { tell } = create();
	for (const [place, id] of ['a', 'b', 'c'].entries()) tell(id, 'started', place, 6);
	assert.equal(tell('c', 'updated', 5, 6.5), 'gathered, summary updated: 1', 'a new worst one');
	assert.equal(tell('c', 'updated', 6, 12), 'started');
	assert.equal(tell('c', 'updated', 7, 13), 'updated');
	assert.equal(tell('c', 'ended', 8, 13), 'ended');
});

test('the summary names the first, the last and the worst of what it gathered', () => {
	const { gate, tell } = create();
	for (const [place, [id, peak]] of (
		[
			['a', 6],
			['b', 6],
			['c', 5],
			['d', 7],
			['e', 6],
		] as const
	).entries()) {
		tell(id, 'started', place, peak);
	}
	const { alarms, firstAt, lastAt, worst, toldInAnHour, startedAt } = gate.flood!;
	assert.deepEqual([alarms, firstAt, lastAt, startedAt, toldInAnHour], [3, 2 * MINUTE, 4 * MINUTE, 2 * MINUTE, 2]);
	assert.deepEqual([worst.id, worst.peakSurprise, worst.startedAt], ['d', 7, 3 * MINUTE]);
	tell('c', 'updated', 5, 7.1);
	assert.equal(gate.flood!.worst.id, 'c');
	assert.equal(gate.flood!.alarms, 3);
});

test('what is known of a flood survives a restart', () => {
	const before = create();
	for (const [place, id] of ['a', 'b', 'c', 'd'].entries()) before.tell(id, 'started', place);
	const memory = JSON.parse(JSON.stringify(before.gate.memory));
	const { gate, tell, tick } = create(memory);
	assert.deepEqual(gate.flood, before.gate.flood);
	assert.equal(tell('d', 'ended', 5), 'gathered');
	assert.equal(tell('e', 'started', 6), 'gathered, summary updated: 3');
	tell('c', 'ended', 6);
	tell('e', 'ended', 6);
	assert.equal(tick(67), 'ended: 3');
});

function create(memory: FloodGate['memory'] | null = null) {
	const gate = new FloodGate({ falseAlarmsPerHour: DAILY, newId: (at) => `flood-${at}` as AlarmId }, memory);
	const starts = new Map<string, number>();
	return {
		gate,
		tell: (id: string, change: AlarmChange, minute: number, peak = 6) => {
			const at = utcMs(minute * MINUTE);
			if (change === 'started') starts.set(id, at);
			const alarm: Alarm = sampleAlarm({
				id: id as AlarmId,
				startedAt: utcMs(starts.get(id) ?? 0),
				frameAt: at,
				peakSurprise: surprise(peak),
			});
			const { way, flood } = gate.pass(alarm, change);
			const summary = flood === null ? '' : `, summary ${flood.change}: ${flood.flood.alarms}`;
			return (way.kind === 'out' ? way.change : 'gathered') + summary;
		},
		tick: (minute: number) => {
			const told = gate.tick(utcMs(minute * MINUTE));
			return told === null ? null : `${told.change}: ${told.flood.alarms}`;
		},
	};
}

/** P(X >= count) of a Poisson variable, summed from the far end. */
function atLeast(count: number, rate: number): number {
	let sum = 0;
	for (let n = count + 200; n >= count; n--) {
		let log = -rate + n * Math.log(rate);
		for (let k = 2; k <= n; k++) log -= Math.log(k);
		sum += Math.exp(log);
	}
	return sum;
}
