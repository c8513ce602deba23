import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { cameraId, utcMs } from '../../../src/core/units.ts';
import { memoryControl } from '../../../src/watch/memory-control.ts';
import type { MemoryKeeper } from '../../../src/watch/memory-keeper.ts';
import { rememberedHistory } from '../../support/memory-history.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

test('a memory goes back to before an alarm, and back again', async () => {
	const rig = await create();
	const { to, replaced } = await rig.control.rollBack({ kind: 'before', time: utcMs(NOON + 1500) }, 'it was confirmed');
	assert.deepEqual(to, { at: NOON + 1000, reason: 'alarm' });
	assert.equal(rig.live(), 'before the alarm');
	assert.equal(rig.stored(), 'before the alarm');
	assert.deepEqual(
		(await rig.control.snapshots()).map(({ reason }) => reason),
		['replaced', 'alarm', 'hourly'],
		'what came after the alarm is forgotten',
	);
	assert.deepEqual(rig.events.at(-1), {
		kind: 'memory-replaced',
		camera: 'door',
		at: NOON + 1000,
		why: 'it was confirmed',
	});
	const undone = await rig.control.rollBack({ kind: 'snapshot', snapshot: replaced! }, 'it was a mistake');
	assert.deepEqual(undone.to, replaced);
	assert.equal(rig.live(), 'poisoned');
});

test('a camera that is not being watched goes back for its next start', async () => {
	const rig = await create({ watched: false });
	await rig.control.rollBack({ kind: 'before', time: utcMs(NOON) }, '');
	assert.equal(rig.stored(), 'of noon');
	assert.equal(rig.live(), 'poisoned');
});

test('there is no going back to before there was anything, and what there is is said', async () => {
	const rig = await create();
	await assert.rejects(rig.control.rollBack({ kind: 'before', time: utcMs(NOON - 1) }, ''), {
		code: 'USAGE',
		message:
			/Camera door has no memory from before 2026-11-22T11:59:59.999Z: the oldest of 3 is of 2026-11-22T12:00:00.000Z/,
	});
	const snapshot = { at: utcMs(NOON), reason: 'alarm' } as const;
	await assert.rejects(rig.control.rollBack({ kind: 'snapshot', snapshot }, ''), { code: 'USAGE' });
	assert.equal(rig.live(), 'poisoned');
});

test('a memory of another model is refused and changes nothing', async () => {
	const rig = await create({ refuse: true });
	await assert.rejects(rig.control.rollBack({ kind: 'before', time: utcMs(NOON) }, ''), { code: 'MODEL_INVALID' });
	assert.equal(rig.live(), 'poisoned');
	assert.equal(rig.stored(), 'poisoned');
});

async function create({ watched = true, refuse = false } = {}) {
	const history = rememberedHistory(new Map());
	await history.keep({ at: utcMs(NOON), reason: 'hourly' }, Buffer.from('of noon'));
	await history.keep({ at: utcMs(NOON + 1000), reason: 'alarm' }, Buffer.from('before the alarm'));
	await history.keep({ at: utcMs(NOON + 3_600_000), reason: 'hourly' }, Buffer.from('an hour later'));
	let live = 'poisoned';
	let stored = 'poisoned';
	const events: DaemonEvent[] = [];
	const keeper = {
		get believed() {
			return Buffer.from(live);
		},
		replace: (state: Uint8Array) => {
			if (refuse) throw new ForeframeError('MODEL_INVALID', 'It is of another model');
			live = Buffer.from(state).toString();
		},
	} as unknown as MemoryKeeper;
	const control = memoryControl({
		camera: cameraId('door'),
		utcNow: () => utcMs(NOON + 7_200_000),
		observe: (event) => events.push(event),
		store: () => ({
			history,
			loadMemory: async () => Buffer.from(stored),
			saveMemory: async (state) => {
				stored = Buffer.from(state).toString();
			},
		}),
		keeper: () => (watched ? keeper : null),
	});
	return { control, events, live: () => live, stored: () => stored };
}
