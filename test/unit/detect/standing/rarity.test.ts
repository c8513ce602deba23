import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StandingThing } from '../../../../src/core/standing.ts';
import { utcMs } from '../../../../src/core/units.ts';
import { Rarity } from '../../../../src/detect/standing/rarity.ts';

const HOUR = 3600;
const DAILY = { afterSeconds: 60, falseAlarmsPerHour: 1 / 24 };
const GATE = { x: 0.1, y: 0.5, width: 0.05, height: 0.05 };
const LAWN = { x: 0.8, y: 0.8, width: 0.05, height: 0.05 };
let numbers = 0;

function thing(region = GATE, seconds = 60, at = numbers * 60_000): StandingThing {
	return { number: ++numbers, kind: 'left', region, since: utcMs(at), seconds };
}

/** Something stands for a while; returns how rare that was. */
function stood(rarity: Rarity, region = GATE, seconds = 60): number {
	const one = thing(region, seconds);
	rarity.begin(one);
	const rare = rarity.onceInHours(one);
	rarity.end(one);
	return rare;
}

test('the first thing on a camera is rarer than the budget, also when nothing has been watched yet', () => {
	assert.equal(stood(new Rarity(DAILY)), 48);
});

test('where nothing ever stands it grows rarer with the hours', () => {
	const rarity = new Rarity(DAILY);
	for (let hour = 0; hour < 72; hour++) rarity.pass(HOUR);
	const rare = stood(rarity);
	assert.ok(rare > 150 && rare < 192, `once in ${rare} hours`);
});

test('where cars park by the hour another one is nothing rare, not even for longer; on the lawn it is', () => {
	const rarity = new Rarity(DAILY);
	for (let hour = 0; hour < 100; hour++) {
		rarity.pass(HOUR);
		stood(rarity, GATE, 600);
	}
	assert.ok(stood(rarity, GATE, 60) < 2);
	assert.ok(stood(rarity, GATE, 600) < 2);
	assert.ok(stood(rarity, LAWN, 60) > 24, `${stood(rarity, LAWN, 60)}`);
	assert.ok(stood(rarity, GATE, 36_000) > 24, 'ten hours have never been seen');
});

test('many places at which something stands for the first time make new places nothing rare', () => {
	const rarity = new Rarity(DAILY);
	for (let place = 0; place < 12; place++) {
		rarity.pass(HOUR);
		stood(rarity, { x: (place % 4) / 4, y: Math.floor(place / 4) / 3, width: 0.02, height: 0.02 });
	}
	assert.ok(stood(rarity, { x: 0.62, y: 0.5, width: 0.02, height: 0.02 }) < 6);
});

test('what was told counts half, things that begin together count once', () => {
	const rarity = new Rarity(DAILY);
	const one = thing();
	rarity.begin(one);
	rarity.told(one.number);
	rarity.end(one);
	assert.equal(stood(rarity, LAWN), 24);
	const said = new Rarity(DAILY);
	const again = thing();
	said.begin(again);
	said.told(again.number);
	said.normal(again.number);
	said.end(again);
	assert.equal(stood(said, LAWN), 16, 'unless somebody says that it is normal');
	const other = new Rarity(DAILY);
	const begun = [thing(GATE, 60, 0), thing(LAWN, 60, 2000), thing(LAWN, 60, 4000)];
	for (const each of begun) other.begin(each);
	for (const each of begun) other.end(each);
	assert.equal(stood(other), 16, 'half a thing before, one counted');
});

test('it goes on from what was kept', () => {
	const rarity = new Rarity(DAILY);
	for (let hour = 0; hour < 5; hour++) {
		rarity.pass(HOUR);
		stood(rarity);
	}
	const again = new Rarity(DAILY);
	again.restore(rarity.state);
	assert.deepEqual(again.state, rarity.state);
	assert.equal(stood(again), stood(rarity));
});
