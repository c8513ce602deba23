import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Judge } from '../../../src/alarm/judge.ts';
import type { AlarmId } from '../../../src/core/units.ts';
import { calibrate } from '../../../src/score/calibrate.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import { translate } from '../../../src/score/creep.ts';
import type { FootageWindow } from '../../../src/score/footage.ts';
import { levelOf } from '../../../src/score/level.ts';
import { Normal } from '../../../src/score/normal.ts';
import { DRAWN_CHANNELS, DRAWN_FPS, drawnFootage, drawnRequest, drawnWindows } from '../../support/drawn-scores.ts';
import { seededRandom } from '../../support/random.ts';
import { predictionOf } from '../../support/scores.ts';

const FIT = {
	model: { id: 'test', version: '1' },
	size: { width: 256, height: 144 },
	framesPerSecond: 5,
	smoothing: 0.3,
	mask: null,
};

test('with its alarms left out, calibrated anew by the hour, it keeps its budget', () => {
	const perHour = 60;
	const normal = normalOf({ perHour, first: firstOf(1) });
	const { alarms, refits } = watch(normal, drawnWindows({ hours: 6, seed: 11 }));
	assert.ok(refits >= 5, `${refits} times`);
	// Poisson, and as much again since the level itself is from hours like these.
	const expected = perHour * 6;
	const spread = 2.576 * Math.sqrt(2 * expected);
	assert.ok(Math.abs(alarms - expected) < spread, `${alarms} alarms of ${expected}, give or take ${spread}`);
	assert.ok(Math.abs(normal.state.crept) < 0.5 && !normal.state.held);
});

test('a first calibration that is wrong is mended by what comes', () => {
	const quiet = calibrate(drawnRequest(drawnFootage({ hours: 1, seed: 2, factorAt: () => 0.87 })));
	const normal = normalOf({ perHour: 12, first: quiet });
	const early = watch(normal, drawnWindows({ hours: 2, seed: 12 })).alarms;
	watch(normal, drawnWindows({ hours: 4, seed: 13, run: 2 }));
	const late = watch(normal, drawnWindows({ hours: 2, seed: 14, run: 3 })).alarms;
	assert.ok(early > 40, `${early} alarms in two hours at first, where 24 are asked for`);
	assert.ok(late < 0.75 * early, `${late} alarms in two hours later`);
	assert.ok(normal.state.crept > 0);
});

test('what grows louder slowly enough to raise no alarm never raises the level far without being told', () => {
	const first = firstOf(3);
	const normal = normalOf({ perHour: 1, first });
	let told = false;
	for (let hour = 0; hour < 8; hour++) {
		// No alarm is left out at all: as somebody would do who knows the level and stays just below it.
		const factorAt = (part: number) => 1 + 0.25 * (hour + part);
		watch(normal, drawnWindows({ hours: 1, seed: 20 + hour, factorAt, run: hour + 1 }), { unseen: true });
		told ||= normal.state.held;
		assert.ok(normal.state.crept <= 1 + 1e-9, `${normal.state.crept} powers of ten`);
	}
	assert.ok(told);
	const before = levelOf(first.combined, 1, 1).level;
	const level = normal.rehearse()!.level.level;
	assert.ok(
		translate(level, normal.calibration!, first) < before + 1.2,
		'what alarmed ten times over its first level still does',
	);
});

test('a day that grows brighter by little is followed', () => {
	const normal = normalOf({ perHour: 12, first: firstOf(4) });
	watch(normal, drawnWindows({ hours: 3, seed: 31, factorAt: (hour) => 1 + 0.05 * hour }));
	const { alarms } = watch(normal, drawnWindows({ hours: 2, seed: 32, factorAt: () => 1.15, run: 2 }));
	assert.ok(alarms < 2.2 * 24, `${alarms} alarms in two hours, where 24 are asked for`);
});

test('while it learns the grossest alarms, says what is missing, and is not taught by it', () => {
	const normal = normalOf({ perHour: 1 / 24, first: null, minutes: 20 });
	const windows = [...drawnWindows({ hours: 0.34, seed: 5 })];
	assert.deepEqual([normal.state.kind, normal.state.missingSeconds], ['learning', 1200]);
	const gross = (index: number) => index >= 3000 && index < 3050;
	const loud = windows.map((window, index) => (gross(index) ? { ...window, channels: times(window, 300) } : window));
	const { alarms } = watch(normal, loud.slice(0, 2900));
	assert.equal(normal.state.kind, 'provisional');
	assert.equal(alarms, 0);
	assert.ok(Math.abs(normal.state.missingSeconds - (1200 - 2900 / 5)) < 1);
	assert.equal(watch(normal, loud.slice(2900, 3200)).alarms, 1);
	watch(normal, loud.slice(3200));
	assert.ok(normal.progress! < 1, 'what alarmed, and ten seconds around it, is missing');
	watch(normal, drawnWindows({ hours: 0.05, seed: 6, run: 2 }), { until: () => normal.progress === 1 });
	const { channels } = normal.finish(null);
	assert.equal(normal.state.kind, 'calibrated');
	assert.ok(channels.patch!.scale.largest < Math.log(0.01 * 100));
	assert.equal(normal.progress, null);
});

test('what was gathered comes back after a restart, and only to the calibration that it goes on from', () => {
	const first = firstOf(7);
	const normal = normalOf({ perHour: 12, first });
	watch(normal, drawnWindows({ hours: 2.1, seed: 41 }));
	assert.notDeepEqual(normal.calibration, first);
	const bytes = normal.save()!;
	const back = normalOf({ perHour: 12, first });
	back.load(bytes, FIT, null);
	assert.deepEqual(back.calibration, normal.calibration);
	assert.deepEqual(back.state, normal.state);
	const other = normalOf({ perHour: 12, first: firstOf(8) });
	other.load(bytes, FIT, null);
	assert.equal(other.state.keptHours, 0);
	const moved = normalOf({ perHour: 12, first: null });
	moved.load(bytes, FIT, (Date.parse(first.footage.from) + 1) as Parameters<Normal['load']>[2]);
	assert.equal(moved.calibration, null);
	assert.throws(() => normalOf({ perHour: 12, first: null }).load(bytes, { ...FIT, smoothing: 1 }, null), {
		code: 'CALIBRATION_INVALID',
	});
	assert.throws(() => normalOf({ perHour: 12, first: null }).load(bytes.subarray(0, 900), FIT, null), {
		code: 'CALIBRATION_INVALID',
	});
});

function firstOf(seed: number): Calibration {
	return calibrate(drawnRequest(drawnFootage({ hours: 1, seed })));
}

function normalOf(options: { perHour: number; first: Calibration | null; minutes?: number }): Normal {
	const { footage: _, memory: __, ...request } = drawnRequest(drawnFootage({ hours: 0.01, seed: 0 }));
	return new Normal(
		{
			...request,
			channels: DRAWN_CHANNELS,
			minutes: options.minutes ?? 30,
			falseAlarmsPerHour: options.perHour,
			minimumSeconds: 1,
			random: seededRandom(1),
			said: () => ({ normal: [], confirmed: [] }),
		},
		options.first,
	);
}

function watch(
	normal: Normal,
	windows: Iterable<FootageWindow>,
	options: { readonly unseen?: boolean; readonly until?: () => boolean } = {},
): { alarms: number; refits: number } {
	const newAlarmId = () => '' as AlarmId;
	const judge = new Judge({
		framesPerSecond: DRAWN_FPS,
		minimumSeconds: 1,
		releaseSeconds: 3,
		model: FIT.model,
		newAlarmId,
	});
	let [alarms, refits] = [0, 0];
	for (const { run, index, channels } of windows) {
		const score = normal.score(predictionOf({ run, index, channels: Object.fromEntries(channels) }));
		const verdict = judge.judge(score, null);
		const started = verdict.kind === 'alarm' && verdict.change === 'started';
		if (started) alarms++;
		const over = score.surprise !== null && score.surprise >= score.level!;
		if (options.unseen === true) normal.judged({ over: false, alarm: false, started: false });
		else normal.judged({ over, alarm: verdict.kind === 'alarm', started });
		const due = normal.due;
		if (due !== null) {
			refits++;
			normal.adopt(calibrate(due));
		}
		if (options.until?.() === true) break;
	}
	return { alarms, refits };
}

function times({ channels }: FootageWindow, factor: number): FootageWindow['channels'] {
	return new Map([...channels].map(([channel, raw]) => [channel, (factor * raw) as typeof raw]));
}
