import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { cameraId, monotonicMs, surprise, utcMs } from '../../../src/core/units.ts';
import type { CameraDetector, MemoryDrift } from '../../../src/detect/detector.ts';
import { MemoryKeeper } from '../../../src/watch/memory-keeper.ts';
import { sampleScore } from '../../support/daemon-events.ts';
import { rememberedHistory } from '../../support/memory-history.ts';

const START = 1_800_000_000_000;

test('what was learned in the ten seconds before the first sign of an alarm is undone', async () => {
	const rig = await create();
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	rig.see(30, { alert: true });
	assert.ok(Number(rig.memory()) <= 20, `${rig.memory()} is from ten seconds before, or earlier`);
	assert.ok(Number(rig.memory()) >= 18);
	assert.equal(rig.frozen(30.2), true);
});

test('nothing is learned until five seconds after an alarm, and then it goes on from before it', async () => {
	const rig = await create();
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	for (let second = 30; second < 60; second++) rig.see(second, { alert: true });
	const before = rig.memory();
	rig.see(60, {});
	assert.equal(rig.frozen(60.2), true);
	for (let second = 61; second < 70; second++) rig.see(second, {});
	assert.equal(rig.frozen(70), false);
	assert.equal(rig.memory(), before);
});

test('the memory as it was before an alarm is kept once the alarm has started, and every full hour', async () => {
	const rig = await create();
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	rig.see(30, { alert: true });
	rig.see(31, { alert: true, started: true });
	rig.see(3700, {});
	rig.see(3701, {});
	await rig.keeper.save(monotonicMs(0));
	const kept = (await rig.history.list()).map(({ at, reason }) => `${reason} ${Math.round((at - START) / 1000)}`);
	assert.equal(kept.length, 3, kept.join(', '));
	assert.match(kept[0]!, /^hourly 370[01]$/);
	assert.match(kept[1]!, /^alarm (18|19|20)$/);
	assert.equal(kept[2], 'hourly 0');
	const before = await rig.history.before(utcMs(START + 30_000));
	assert.ok(Number(Buffer.from((await rig.history.load(before!))!).toString()) <= 20);
});

test('nothing is learned while nothing is judged: a camera that is paused is not trusted', async () => {
	const rig = await create();
	rig.see(0, {});
	assert.equal(rig.frozen(5), false);
	assert.equal(rig.frozen(11), true);
});

test('a memory that moves too far within an hour learns no more until the hour is over, and that is told', async () => {
	const rig = await create();
	rig.see(0, { learned: '0' });
	rig.drift = { mean: 0.01, most: 0.02 };
	rig.see(2, { learned: '2' });
	assert.equal(rig.frozen(2.2), false);
	rig.drift = { mean: 0.9, most: 0.95 };
	rig.see(4, { learned: '4' });
	assert.equal(rig.frozen(4.2), true);
	assert.equal(rig.memory(), '2', 'the step too far is taken back');
	for (let second = 5; second < 20; second++) rig.see(second, {});
	assert.deepEqual(
		rig.events.flatMap((event) => (event.kind === 'memory-capped' ? [event.over] : [])),
		['hour'],
	);
	const last = rig.events.findLast((event) => event.kind === 'memory-drift');
	assert.equal(last?.kind === 'memory-drift' && last.frozen, 'hour');
	rig.drift = { mean: 0, most: 0 };
	rig.see(3700, {});
	assert.equal(rig.frozen(3700.2), false);
});

test('a memory that is to be as published is neither frozen nor taken back', async () => {
	const rig = await create({ guarded: false });
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	rig.see(30, { alert: true });
	assert.equal(rig.memory(), '29');
	assert.equal(rig.frozen(30.2), false);
});

test('what is put away is what was there ten seconds ago, also at the end', async () => {
	const rig = await create();
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	await rig.keeper.save(monotonicMs(30_000));
	await rig.keeper.close();
	assert.equal(rig.saved.length, 1);
	assert.ok(Number(rig.saved[0]) <= 20 && Number(rig.saved[0]) >= 18);
});

test('another memory takes its place at once, and what was held back of the old one is gone', async () => {
	const rig = await create();
	for (let second = 0; second < 30; second++) rig.see(second, { learned: `${second}` });
	rig.keeper.replace(Buffer.from('older'));
	assert.equal(rig.memory(), 'older');
	rig.see(30, { alert: true });
	assert.equal(rig.memory(), 'older');
});

async function create({ guarded = true } = {}) {
	let memory = 'new';
	const events: DaemonEvent[] = [];
	const saved: string[] = [];
	const history = rememberedHistory(new Map());
	const rig = { drift: { mean: 0, most: 0 } as MemoryDrift };
	const detector = {
		saveState: () => Buffer.from(memory),
		loadState: (state: Uint8Array) => {
			memory = Buffer.from(state).toString();
		},
		driftFrom: () => rig.drift,
		setGate: () => {},
	} as unknown as CameraDetector;
	const keeper = await MemoryKeeper.open({
		camera: cameraId('door'),
		detector,
		guarded,
		store: {
			loadMemory: async () => null,
			saveMemory: async (state) => void saved.push(Buffer.from(state).toString()),
			history,
		},
		observe: (event) => events.push(event),
	});
	return Object.assign(rig, {
		keeper,
		history,
		saved,
		events,
		memory: () => memory,
		frozen: (second: number) => keeper.frozen(monotonicMs(second * 1000)),
		/** A window at a time, and what the detector has learned by then. */
		see: (second: number, { learned = null, alert = false, started = false }: Seen) => {
			if (learned !== null) memory = learned;
			const score = {
				...sampleScore(cameraId('door'), 1),
				surprise: surprise(1),
				arrivedAt: monotonicMs(second * 1000),
				capturedAt: utcMs(START + second * 1000),
			};
			keeper.follow(score, alert, started);
		},
	});
}

interface Seen {
	readonly learned?: string | null;
	readonly alert?: boolean;
	readonly started?: boolean;
}
