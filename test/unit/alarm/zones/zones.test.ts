import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Zone, Zones } from '../../../../src/alarm/zones/zones.ts';
import type { Alarm, AlarmChange, Severity, Verdict } from '../../../../src/core/alarm.ts';
import type { Polygon } from '../../../../src/core/polygon.ts';
import type { HeatMap } from '../../../../src/core/prediction.ts';
import { type AlarmId, surprise } from '../../../../src/core/units.ts';
import { sampleAlarm } from '../../../support/alarms.ts';

const [WIDTH, HEIGHT] = [8, 6];
const box = (left: number, top: number, right: number, bottom: number): Polygon => [
	[left, top],
	[right, top],
	[right, bottom],
	[left, bottom],
];
const GATE: Zone = { name: 'gate', polygon: box(0, 0, 0.25, 1), severity: 'high' };
const LAWN: Zone = { name: 'lawn', polygon: box(0.5, 0.5, 1, 1), severity: 'lower' };

/** Strange at one cell. */
function heatAt(x: number, y: number): HeatMap {
	const values = new Float32Array(WIDTH * HEIGHT).fill(0.01);
	values[y * WIDTH + x] = 1;
	return { width: WIDTH, height: HEIGHT, cellPixels: 8, values };
}

function alarmAt(x: number, y: number, parts: Partial<Alarm> = {}): Alarm {
	const region = { x: x / WIDTH, y: y / HEIGHT, width: 1 / WIDTH, height: 1 / HEIGHT };
	return sampleAlarm({ region, regions: [region], surprise: surprise(5), level: surprise(4), ...parts });
}

function place(zones: Zones, alarm: Alarm, heat: HeatMap | null, change: AlarmChange | null = 'started') {
	const verdict = zones.place({ kind: 'alarm', alarm, change }, heat);
	assert.ok(verdict.kind === 'alarm');
	return { zones: verdict.alarm.zones, severity: verdict.alarm.severity, change: verdict.change };
}

test('An alarm is in the zones that its places touch, and none where it is in between', () => {
	const zones = () => new Zones([GATE, LAWN]);
	assert.deepEqual(place(zones(), alarmAt(1, 2), heatAt(1, 2)).zones, ['gate']);
	assert.deepEqual(place(zones(), alarmAt(6, 4), heatAt(6, 4)).zones, ['lawn']);
	assert.deepEqual(place(zones(), alarmAt(3, 2), heatAt(3, 2)).zones, []);
	// A cell beside the border is out, one that the border runs through is in.
	assert.deepEqual(place(zones(), alarmAt(2, 0), heatAt(2, 0)).zones, []);
	const wider: Zone = { ...GATE, polygon: box(0, 0, 0.3, 1) };
	assert.deepEqual(place(new Zones([wider]), alarmAt(2, 0), heatAt(2, 0)).zones, ['gate']);
});

test('Where there is no heat map its places alone say it', () => {
	assert.deepEqual(place(new Zones([GATE, LAWN]), alarmAt(6, 4), null).zones, ['lawn']);
});

test('A camera without zones, and a verdict that is no alarm, stay as they are', () => {
	const verdict: Verdict = { kind: 'alarm', alarm: alarmAt(1, 1), change: 'started' };
	assert.equal(new Zones([]).place(verdict, heatAt(1, 1)), verdict);
	const quiet: Verdict = { kind: 'quiet' };
	assert.equal(new Zones([GATE]).place(quiet, heatAt(1, 1)), quiet);
});

test('The severity is that of the worst zone it is in', () => {
	const severityOf = (severity: Severity, rule: Zone['severity']) => {
		const zone: Zone = { ...GATE, severity: rule };
		return place(new Zones([zone]), alarmAt(1, 1, { severity }), heatAt(1, 1)).severity;
	};
	const all = (rule: Zone['severity']) => (['low', 'medium', 'high'] as const).map((one) => severityOf(one, rule));
	assert.deepEqual(all('rarity'), ['low', 'medium', 'high']);
	assert.deepEqual(all('higher'), ['medium', 'high', 'high']);
	assert.deepEqual(all('lower'), ['low', 'low', 'medium']);
	assert.deepEqual(all('medium'), ['medium', 'medium', 'medium']);
	const both = [GATE, LAWN].map((zone) => ({ ...zone, polygon: box(0, 0, 1, 1) }));
	assert.equal(place(new Zones(both), alarmAt(1, 1, { severity: 'medium' }), heatAt(1, 1)).severity, 'high');
	// Outside all zones it is as rare as it is.
	assert.equal(place(new Zones([GATE]), alarmAt(4, 1, { severity: 'medium' }), heatAt(4, 1)).severity, 'medium');
});

test('An alarm that comes to another zone is told anew, keeps those it was in, and another alarm begins with none', () => {
	const zones = new Zones([GATE, LAWN]);
	assert.deepEqual(place(zones, alarmAt(3, 2), heatAt(3, 2)), { zones: [], severity: 'medium', change: 'started' });
	assert.equal(place(zones, alarmAt(3, 2), heatAt(3, 3), null).change, null);
	// Under the level nothing is certain.
	const under = alarmAt(3, 2, { surprise: surprise(3.5) });
	assert.deepEqual(place(zones, under, heatAt(0, 3), null), { zones: [], severity: 'medium', change: null });
	const entered = { zones: ['gate'], severity: 'high', change: 'updated' };
	assert.deepEqual(place(zones, alarmAt(3, 2), heatAt(0, 3), null), entered);
	assert.deepEqual(place(zones, alarmAt(3, 2), heatAt(0, 3), null), { ...entered, change: null });
	assert.deepEqual(place(zones, alarmAt(3, 2), heatAt(7, 5), null).zones, ['gate', 'lawn']);
	assert.deepEqual(place(zones, under, null, 'ended'), { zones: ['gate', 'lawn'], severity: 'high', change: 'ended' });
	const other = alarmAt(6, 4, { id: '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f01' as AlarmId });
	assert.deepEqual(place(zones, other, heatAt(6, 4)).zones, ['lawn']);
});
