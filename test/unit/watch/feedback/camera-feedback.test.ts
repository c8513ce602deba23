import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ForeframeError } from '../../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import type { FeedbackAction } from '../../../../src/core/feedback.ts';
import type { WantedMemory } from '../../../../src/core/memory.ts';
import { type AlarmId, utcMs } from '../../../../src/core/units.ts';
import { Store } from '../../../../src/record/store.ts';
import { openCameraFeedback } from '../../../../src/watch/feedback/camera-feedback.ts';
import { writePattern } from '../../../../src/watch/feedback/pattern.ts';
import { writeStandingPattern } from '../../../../src/watch/standing/pattern.ts';
import { sampleAlarm } from '../../../support/alarms.ts';
import { samplePattern } from '../../../support/feedback.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ALARM = sampleAlarm({ endedAt: utcMs(sampleAlarm().startedAt + 9000) });
const { model, size, windows } = samplePattern();

test('what a false alarm was told of is forgiven, by its model at its size alone, and its rest is normal', async () => {
	await using rig = await create();
	const { feedback } = rig;
	assert.deepEqual(feedback.forgiven(model, size), []);
	assert.match((await rig.say('false-alarm')).effect, /no longer counts there \(1 pictures/);
	assert.equal(rig.changes(), 1);
	assert.deepEqual(
		feedback.forgiven(model, size).map(({ region }) => region),
		windows[1]!.things.map(({ region }) => region),
	);
	assert.deepEqual(
		feedback.said(model, size, 'first').normal.map(({ index, channels }) => [index, ...channels]),
		windows.map(({ index, rest }) => [index, ...rest]),
	);
	assert.deepEqual(feedback.said(model, size, 'second').normal, [], 'by day it says nothing of the night');
	assert.deepEqual(feedback.forgiven({ ...model, version: '2' }, size), []);
	assert.deepEqual(feedback.forgiven(model, { ...size, width: 128 }), []);
	assert.deepEqual(feedback.confirmed(), []);
});

test('undo leaves exactly what was there before', async () => {
	await using rig = await create();
	const { feedback } = rig;
	const all = () => [feedback.forgiven(model, size), feedback.said(model, size, 'first'), feedback.confirmed()];
	const before = all();
	await rig.say('false-alarm');
	const forgiving = all();
	await rig.say('true-alarm');
	assert.equal(feedback.forgiven(model, size).length, 0);
	await rig.say('undo');
	assert.deepEqual(all(), forgiving);
	const { verdict, effect } = await rig.say('undo');
	assert.equal(verdict, null);
	assert.match(effect, /counts again/);
	assert.deepEqual(all(), before);
	assert.equal(rig.changes(), 4);
});

test('it is the same after a restart', async () => {
	await using rig = await create();
	await rig.say('normal');
	const again = await rig.open();
	assert.deepEqual(again.forgiven(model, size), rig.feedback.forgiven(model, size));
	assert.equal(again.forgiven(model, size).length, 1);
});

test('a confirmed alarm is kept out with a margin, and the memory goes back to before it; undo takes the memory again', async () => {
	await using rig = await create();
	const { effect } = await rig.say('true-alarm');
	assert.match(effect, /it is not learned from; the memory is that of 2026-11-22T15:00:00.000Z/);
	assert.deepEqual(rig.feedback.confirmed(), [{ from: ALARM.startedAt - 30_000, to: ALARM.endedAt! + 30_000 }]);
	assert.deepEqual(rig.wanted, [{ kind: 'before', time: ALARM.startedAt - 10_000 }]);
	assert.match((await rig.say('undo')).effect, /the memory is what it was before/);
	assert.deepEqual(rig.wanted[1], { kind: 'snapshot', snapshot: { at: 5, reason: 'replaced' } });
	assert.deepEqual(rig.feedback.confirmed(), []);
});

test('without a memory from before, it stays, and that is said', async () => {
	await using rig = await create();
	rig.memory.missing = true;
	assert.match((await rig.say('true-alarm')).effect, /the memory stays: .*no memory from before/);
	assert.equal(rig.feedback.confirmed().length, 1);
	assert.equal((await rig.say('undo')).effect, 'it may be learned from');
	assert.equal(rig.wanted.length, 1);
});

test('what is normal is accepted where it goes on, and no longer when that is taken back', async () => {
	await using rig = await create();
	assert.match((await rig.say('normal')).effect, /what goes on is normal/);
	await rig.say('undo');
	assert.deepEqual(rig.accepted, [true, false]);
	await rig.say('false-alarm');
	assert.equal(rig.accepted.length, 2, 'a false alarm says nothing of what goes on');
});

test('called false or normal while it stands, what is told of belongs there, whatever the model knows of it', async () => {
	await using rig = await create();
	rig.standing.open = true;
	assert.equal((await rig.say('false-alarm')).effect, 'what stands there belongs there');
	assert.match((await rig.say('normal')).effect, /what stands there belongs there/);
	assert.equal(rig.standing.accepted, 2);
	assert.deepEqual(rig.accepted, []);
	rig.standing.open = false;
	await rig.say('true-alarm');
	assert.match((await rig.say('false-alarm')).effect, /no longer counts there/);
});

test('of what stands the look is forgiven or confirmed, and the memory of what moves is left alone', async () => {
	await using rig = await create();
	const look = { pixels: Int32Array.of(5, 6), before: Float32Array.of(10, 20), after: Float32Array.of(90, 80) };
	const body = writeStandingPattern({ size, things: [look] });
	rig.keep(body);
	assert.match((await rig.say('false-alarm')).effect, /belongs there, and may come again/);
	assert.deepEqual(rig.feedback.standing(size), { forgiven: [look], confirmed: [] });
	assert.match((await rig.say('true-alarm')).effect, /never comes to belong there/);
	assert.deepEqual(rig.feedback.standing(size), { forgiven: [], confirmed: [look] });
	assert.deepEqual(rig.feedback.standing({ ...size, width: 1 }), { forgiven: [], confirmed: [] });
	await rig.say('undo');
	await rig.say('undo');
	assert.deepEqual(rig.feedback.standing(size), { forgiven: [], confirmed: [] });
	assert.deepEqual(rig.wanted, []);
});

test('feedback that cannot be is refused, and nothing follows from it', async () => {
	await using rig = await create();
	await assert.rejects(rig.say('undo'), /Cannot take undo .*nothing was said of it.*USAGE/);
	await assert.rejects(rig.say('normal', 'none' as AlarmId), /There is no alarm "none".*USAGE/);
	assert.deepEqual([rig.changes(), rig.events.length], [0, 0]);
});

test('each is told with its channel and what follows', async () => {
	await using rig = await create();
	const { effect } = await rig.say('false-alarm');
	assert.deepEqual(rig.events, [
		{
			kind: 'feedback',
			camera: ALARM.camera,
			alarm: ALARM.id,
			action: 'false-alarm',
			channel: 'http',
			verdict: 'false-alarm',
			effect,
		},
	]);
});

test('an alarm that was spoken of before it ended is read again when it does', async () => {
	await using rig = await create();
	rig.store.keepPattern({ alarm: ALARM.id, camera: ALARM.camera, at: ALARM.startedAt, body: 'nothing yet' });
	assert.match((await rig.say('false-alarm')).effect, /nothing is known of it/);
	rig.keep();
	await rig.feedback.refresh('another' as AlarmId);
	assert.equal(rig.feedback.forgiven(model, size).length, 0);
	await rig.feedback.refresh(ALARM.id);
	assert.equal(rig.feedback.forgiven(model, size).length, 1);
});

async function create() {
	const folder = await temporaryFolder();
	const store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 100 });
	store.save({ alarm: ALARM, sequence: 1, message: null, at: utcMs(0) });
	const keep = (body = writePattern(samplePattern())) =>
		store.keepPattern({
			alarm: ALARM.id,
			camera: ALARM.camera,
			at: ALARM.startedAt,
			body,
		});
	keep();
	const events: DaemonEvent[] = [];
	const wanted: WantedMemory[] = [];
	const accepted: boolean[] = [];
	const standing = { open: false, accepted: 0 };
	const memory = { missing: false };
	let changes = 0;
	const open = () =>
		openCameraFeedback({
			camera: ALARM.camera,
			records: {
				give: async (request) => store.giveFeedback({ ...request, at: utcMs(0) }),
				entries: async (alarm) => store.feedback(alarm),
				judged: async (camera) => store.judged(camera),
				noteReplaced: async (alarm, replaced) => void store.noteReplaced(alarm, replaced),
				keepPattern: async (pattern) => void store.keepPattern(pattern),
			},
			observe: (event) => events.push(event),
			memory: () => ({
				snapshots: async () => [],
				rollBack: async (one) => {
					wanted.push(one);
					if (memory.missing) throw new ForeframeError('USAGE', 'Camera yard has no memory from before');
					return {
						to: { at: utcMs(Date.UTC(2026, 10, 22, 15)), reason: 'hourly' },
						replaced: { at: utcMs(5), reason: 'replaced' },
					};
				},
			}),
			changed: () => {
				changes++;
			},
			acceptStanding: () => {
				if (standing.open) standing.accepted++;
				return standing.open;
			},
			accept: (_alarm, value) => {
				accepted.push(value);
				return true;
			},
		});
	const feedback = await open();
	return {
		feedback,
		store,
		events,
		wanted,
		accepted,
		standing,
		memory,
		open,
		keep,
		changes: () => changes,
		say: (action: FeedbackAction, alarm = ALARM.id) => feedback.give(alarm, { action, channel: 'http', note: null }),
		[Symbol.asyncDispose]: async () => {
			store[Symbol.dispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
