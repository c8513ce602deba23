import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { FeedbackAction } from '../../../src/core/feedback.ts';
import { type AlarmId, cameraId, utcMs } from '../../../src/core/units.ts';
import { Store } from '../../../src/record/store.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AT = utcMs(1_790_000_000_000);
const YARD = cameraId('yard');
const ALARM = sampleAlarm({ endedAt: utcMs(sampleAlarm().startedAt + 9000) });

test('feedback holds until it is taken back, and the verdict before it holds again then', async () => {
	await using opened = await openStore();
	const { store, say } = opened;
	assert.deepEqual(say('false-alarm'), { kind: 'stored', camera: 'yard', before: null, verdict: 'false-alarm' });
	assert.equal(store.alarm(ALARM.id)!.feedback, 'false-alarm');
	assert.deepEqual(say('true-alarm'), { kind: 'stored', camera: 'yard', before: 'false-alarm', verdict: 'true-alarm' });
	say('undo');
	assert.equal(store.alarm(ALARM.id)!.feedback, 'false-alarm');
	say('undo');
	assert.equal(store.alarm(ALARM.id)!.feedback, null);
	assert.deepEqual(store.judged(YARD), []);
	assert.equal(say('undo').kind, 'refused');
	assert.deepEqual(
		store.feedback(ALARM.id).map(({ action, channel, note, at }) => [action, channel, note, at]),
		[
			['false-alarm', 'http', 'a cat', AT],
			['true-alarm', 'http', 'a cat', AT],
			['undo', 'http', 'a cat', AT],
			['undo', 'http', 'a cat', AT],
		],
	);
});

test('of an alarm that nobody knows nothing can be said', async () => {
	await using opened = await openStore();
	const given = opened.store.giveFeedback({
		alarm: 'x' as AlarmId,
		action: 'normal',
		channel: 'mqtt',
		note: null,
		at: AT,
	});
	assert.deepEqual(given, { kind: 'unknown-alarm' });
});

test('nobody says more than a hundred things of one alarm', async () => {
	await using opened = await openStore();
	for (let n = 0; n < 100; n++) assert.equal(opened.say('normal').kind, 'stored');
	assert.equal(opened.say('undo').kind, 'refused');
});

test('what was said cannot be changed or removed, not even past the program', async () => {
	await using opened = await openStore();
	opened.say('false-alarm');
	opened.store[Symbol.dispose]();
	using database = new DatabaseSync(opened.path);
	assert.throws(() => database.exec("UPDATE feedback SET action = 'true-alarm'"), /only ever added to/);
	assert.throws(() => database.exec('DELETE FROM feedback'), /only ever added to/);
});

test('alarms are found by what was said of them', async () => {
	await using opened = await openStore();
	const { store, say } = opened;
	store.save({ alarm: sampleAlarm({ id: 'other' as AlarmId }), sequence: 2, message: null, at: AT });
	say('false-alarm');
	const ids = (feedback: 'false-alarm' | 'normal' | 'none') => store.alarms({ limit: 9, feedback }).map(({ id }) => id);
	assert.deepEqual(ids('false-alarm'), [ALARM.id]);
	assert.deepEqual(ids('normal'), []);
	assert.deepEqual(ids('none'), ['other']);
	assert.equal(store.alarms({ limit: 9 }).length, 2);
});

test('a verdict outlives its alarm, and what is known of the alarm comes with it', async () => {
	await using opened = await openStore();
	const { store, say } = opened;
	store.keepPattern({ alarm: ALARM.id, camera: YARD, at: ALARM.startedAt, body: 'as it was' });
	say('true-alarm');
	store.noteReplaced(ALARM.id, { at: AT, reason: 'replaced' });
	store.forget(utcMs(ALARM.startedAt + 1));
	assert.equal(store.alarm(ALARM.id), null);
	assert.deepEqual(store.judged(YARD), [
		{
			alarm: ALARM.id,
			verdict: 'true-alarm',
			startedAt: ALARM.startedAt,
			endedAt: ALARM.endedAt,
			pattern: 'as it was',
			replaced: { at: AT, reason: 'replaced' },
		},
	]);
	assert.equal(say('undo').kind, 'stored');
	assert.deepEqual(store.judged(YARD), []);
});

test('an alarm that ends after its feedback ends there, too', async () => {
	await using opened = await openStore(sampleAlarm());
	opened.say('normal');
	opened.store.save({ alarm: ALARM, sequence: 2, message: null, at: AT });
	assert.equal(opened.store.judged(YARD)[0]!.endedAt, ALARM.endedAt);
});

test('patterns are bounded, and those of which somebody has said something stay longest', async () => {
	await using opened = await openStore();
	const { store, say } = opened;
	store.keepPattern({ alarm: ALARM.id, camera: YARD, at: utcMs(0), body: 'oldest' });
	say('false-alarm');
	for (let n = 1; n <= 250; n++) {
		store.keepPattern({ alarm: `id-${n}` as AlarmId, camera: YARD, at: utcMs(n), body: String(n) });
	}
	const kept = (id: string) => {
		const alarm = sampleAlarm({ id: id as AlarmId });
		store.save({ alarm, sequence: 1, message: null, at: AT });
		store.giveFeedback({ alarm: alarm.id, action: 'normal', channel: 'http', note: null, at: AT });
		return store.judged(YARD).find((one) => one.alarm === id)!.pattern;
	};
	assert.equal(kept('id-50'), null);
	assert.equal(kept('id-51'), '51');
	assert.equal(store.judged(YARD).find(({ alarm }) => alarm === ALARM.id)!.pattern, 'oldest');
});

test('a database from before there was feedback gets its tables', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.db');
	new Store({ path, outboxMax: 100 })[Symbol.dispose]();
	{
		using database = new DatabaseSync(path);
		database.exec(
			'DROP TABLE feedback; DROP TABLE verdicts; DROP TABLE patterns; DROP TABLE faults; PRAGMA user_version = 1',
		);
	}
	using store = new Store({ path, outboxMax: 100 });
	assert.deepEqual(store.feedback(ALARM.id), []);
});

async function openStore(alarm = ALARM) {
	const folder = await temporaryFolder();
	const path = join(folder.path, 'a.db');
	const store = new Store({ path, outboxMax: 100 });
	store.save({ alarm, sequence: 1, message: null, at: AT });
	return {
		store,
		path,
		say: (action: FeedbackAction) =>
			store.giveFeedback({ alarm: alarm.id, action, channel: 'http', note: 'a cat', at: AT }),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}
