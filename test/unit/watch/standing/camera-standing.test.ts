import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm, AlarmChange } from '../../../../src/core/alarm.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import type { Evidence } from '../../../../src/core/explanation.ts';
import { type AlarmId, cameraId, monotonicMs } from '../../../../src/core/units.ts';
import type { Heeded } from '../../../../src/detect/standing/kept.ts';
import { CameraStanding, type StandingMode } from '../../../../src/watch/standing/camera-standing.ts';
import type { StandingPattern } from '../../../../src/watch/standing/pattern.ts';
import { readStandingPattern, writeStandingPattern } from '../../../../src/watch/standing/pattern.ts';
import { AFTER_SECONDS, between, block, pictureAt, type Show, texture } from '../../../support/drawn-place.ts';

const BAG = between(80, 400, block(60, 50, 10, 8, texture(2, 50, 20)));

test('a bag is an alarm with its pictures, which ends when the bag is gone', async () => {
	const rig = create();
	await rig.show({ seconds: 140, drawings: [between(0, 125, BAG)] });
	assert.deepEqual(rig.words(), ['standing started', 'standing ended']);
	const { alarm } = rig.told[0]!;
	assert.equal(alarm.standing?.kind, 'left');
	assert.deepEqual(alarm.zones, ['path']);
	const [evidence] = rig.evidence;
	assert.equal(evidence?.explanation.alarm, alarm.id);
	assert.deepEqual(evidence?.explanation.pictures, ['seen', 'expected', 'heat']);
	assert.match(evidence!.explanation.text, /In the middle of the picture something stands where nothing stood/);
});

test('while the camera learns, what stands is normal; armed, it stays so', async () => {
	const rig = create();
	await rig.show({ seconds: 120, drawings: [BAG] }, 'learning');
	await rig.show({ from: 120, seconds: 150, drawings: [BAG] }, 'armed');
	assert.deepEqual(rig.words(), []);
});

test('not armed, nothing is told', async () => {
	const rig = create();
	await rig.show({ seconds: 120, drawings: [BAG] }, 'resting');
	assert.deepEqual(rig.words(), []);
});

test('without a picture for a minute an alarm ends, and is not told again when pictures come', async () => {
	const rig = create();
	await rig.show({ seconds: 110, drawings: [BAG] });
	await rig.standing.expire(monotonicMs(110_000 + 59_000));
	assert.deepEqual(rig.words(), ['standing started']);
	await rig.standing.expire(monotonicMs(110_000 + 61_000));
	assert.equal(rig.told[1]?.alarm.endReason, 'silence');
	await rig.show({ from: 300, seconds: 330, drawings: [BAG] });
	assert.equal(rig.told.length, 2);
});

test('a camera that looks elsewhere has its alarm ended, and is got to know anew', async () => {
	const rig = create();
	await rig.show({ seconds: 110, drawings: [BAG] });
	await rig.show({ from: 110, seconds: 115, drawings: [BAG], damaged: () => 'moved' });
	assert.equal(rig.told.at(-1)?.alarm.endReason, 'changed');
	const other = between(120, 400, block(20, 70, 10, 8, texture(3, 220, 20)));
	await rig.show({ from: 115, seconds: 165, drawings: [BAG, other] });
	assert.deepEqual(rig.words(), ['standing started', 'standing ended']);
});

test('said to be normal, it ends, and that it is taken away is no alarm', async () => {
	const rig = create();
	await rig.show({ seconds: 110, drawings: [between(0, 200, BAG)] });
	assert.equal(rig.standing.accept('another' as AlarmId), false);
	assert.equal(rig.standing.accept(rig.told[0]!.alarm.id), true);
	await rig.show({ from: 110, seconds: 260, drawings: [between(0, 200, BAG)] });
	assert.deepEqual(rig.words(), ['standing started', 'standing ended']);
});

test('what is known goes over a restart; a state that is none is told of, and begins anew', async () => {
	const rig = create();
	await rig.show({ seconds: 110, drawings: [BAG] });
	await rig.standing.leave('stopped');
	assert.equal(rig.told.at(-1)?.alarm.endReason, 'stopped');
	const again = create(rig.kept.at(-1));
	await again.show({
		from: 200,
		seconds: 260,
		drawings: [BAG, between(210, 400, block(20, 70, 10, 8, texture(3, 220, 20)))],
	});
	assert.deepEqual(again.words(), ['standing started'], 'the bag is known, the case is not');
	assert.deepEqual(again.warnings, []);
	const spoilt = create(new TextEncoder().encode('{"version":2}'));
	await spoilt.show({ seconds: 2 });
	assert.match(spoilt.warnings.join(), /begins anew/);
});

test('forgiven, a thing is no alarm there again; taken back, it is told again where it stands', async () => {
	const rig = create();
	await rig.show({ seconds: 110, drawings: [BAG] });
	const { things } = readStandingPattern(writeStandingPattern(rig.patterns[0]!))!;
	assert.equal(things.length, 1);
	rig.say({ forgiven: things });
	const comesAgain = [between(0, 150, BAG), between(200, 400, BAG)];
	await rig.show({ from: 110, seconds: 260, drawings: comesAgain });
	assert.deepEqual(rig.words(), ['standing started', 'standing ended']);
	const other = between(260, 400, block(20, 70, 10, 8, texture(3, 220, 20)));
	await rig.show({ from: 260, seconds: 300, drawings: [...comesAgain, other] });
	assert.equal(rig.words().length, 3, 'another thing is told');
	rig.say({});
	await rig.show({ from: 300, seconds: 345, drawings: [...comesAgain, other] });
	assert.deepEqual(rig.words().slice(3), ['standing updated'], 'the bag counts again');
});

test('confirmed, a thing never comes to belong there', async () => {
	const shownAs = async (confirm: boolean) => {
		const rig = create(null, 30);
		await rig.show({ seconds: 110, drawings: [BAG] });
		if (confirm) rig.say({ confirmed: rig.patterns[0]!.things });
		await rig.show({ from: 110, seconds: 180, drawings: [BAG] });
		assert.deepEqual(rig.words(), ['standing started', 'standing ended']);
		assert.equal(rig.told[1]?.alarm.endReason, 'lasting');
		await rig.standing.leave('stopped');
		return JSON.parse(new TextDecoder().decode(rig.kept.at(-1))).standing.length;
	};
	assert.equal(await shownAs(false), 0);
	assert.equal(await shownAs(true), 1);
});

test('killed while an alarm is open, it tells the same thing no second time, and still one that was watched', async () => {
	const rig = create();
	const later = between(95, 400, block(20, 70, 10, 8, texture(3, 220, 20)));
	await rig.show({ seconds: 107, drawings: [BAG, later] });
	assert.deepEqual(rig.words(), ['standing started']);
	const again = create(rig.kept.at(-1));
	await again.show({ from: 107, seconds: 150, drawings: [BAG, later] });
	assert.deepEqual(again.words(), ['standing started']);
	assert.equal(again.told[0]?.alarm.regions.length, 1, 'the case alone');
});

function create(stored: Uint8Array | null = null, maximumSeconds = 900) {
	const told: { alarm: Alarm; change: AlarmChange }[] = [];
	const evidence: Evidence[] = [];
	const kept: Uint8Array[] = [];
	const patterns: StandingPattern[] = [];
	let said: Heeded = { forgiven: [], confirmed: [] };
	const warnings: string[] = [];
	const standing = new CameraStanding({
		camera: cameraId('place'),
		options: { enabled: true, afterSeconds: AFTER_SECONDS, minimumArea: 0.002 },
		framesPerSecond: 1,
		falseAlarmsPerHour: 1 / 24,
		maximumSeconds,
		mask: { hidden: [], only: null },
		zones: [
			{
				name: 'path',
				severity: 'rarity',
				polygon: [
					[0.3, 0.4],
					[0.6, 0.4],
					[0.6, 0.8],
					[0.3, 0.8],
				],
			},
		],
		newAlarmId: (startedAt) => `alarm-${startedAt}` as AlarmId,
		store: { load: async () => stored, save: async (state) => void kept.push(state) },
		observe: (event: DaemonEvent) => void (event.kind === 'warning' && warnings.push(event.detail)),
		said: () => said,
		keepPattern: (_alarm, _at, pattern) => void patterns.push(pattern),
		keepEvidence: (one) => void evidence.push(one),
		tell: async (alarm, change) => void told.push({ alarm, change }),
	});
	return {
		standing,
		told,
		evidence,
		kept,
		patterns,
		say: (heeded: Partial<Heeded>) => {
			said = { forgiven: [], confirmed: [], ...heeded };
			standing.heed();
		},
		warnings,
		words: () => told.map(({ alarm, change }) => `${alarm.why} ${change}`),
		show: async (show: Show, mode: StandingMode = 'armed') => {
			for (let second = show.from ?? 0; second < show.seconds; second++) {
				await standing.see(pictureAt(second, show), mode);
			}
		},
	};
}
