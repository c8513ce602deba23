import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ForeframeError } from '../../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import { cameraId, utcMs } from '../../../../src/core/units.ts';
import { footageName } from '../../../../src/ingest/footage-folder.ts';
import { FootageWriter } from '../../../../src/ingest/footage-writer.ts';
import { learningOptions } from '../../../../src/learn/options.ts';
import type { Judgement } from '../../../../src/learn/promotion.ts';
import type { ExamResult } from '../../../../src/watch/learning/examine-protocol.ts';
import { Life, type LifeParts } from '../../../../src/watch/learning/life.ts';
import { type LearningRecord, NEW_RECORD } from '../../../../src/watch/learning/record.ts';
import { Turns } from '../../../../src/watch/learning/turns.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CAMERA = cameraId('yard');
const REFUSED = resultOf('refuse');
const PROMOTED = resultOf('promote');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('a camera with enough footage learns, is promoted, and learns again when it is time', async (t) => {
	const rig = await create(t, { results: [PROMOTED, REFUSED] });
	rig.start();
	await rig.pass(3000);
	assert.deepEqual(rig.did, []);
	assert.equal(rig.life.state.phase, 'collecting');
	assert.equal(rig.life.state.progress, 0);
	await rig.collect(10);
	await rig.restart();
	await rig.until(() => rig.outcomes().length === 1);
	assert.deepEqual(rig.did, ['train', 'examine', 'promote']);
	await rig.pass(3000);
	assert.equal(rig.life.state.phase, 'resting');
	assert.equal(rig.life.state.last?.outcome, 'promoted');
	assert.ok(rig.life.state.nextAt! > rig.clock.utcNow() + 9 * MINUTE);
	assert.equal(existsSync(rig.folder('learning')), false);
	await rig.pass(10 * MINUTE);
	await rig.until(() => rig.outcomes().length === 2);
	assert.deepEqual(rig.did, ['train', 'examine', 'promote', 'train', 'examine']);
	assert.deepEqual(rig.outcomes(), ['promoted', 'refused']);
});

test('a learning that is cut off is gone on with where it was, with the footage it had', async (t) => {
	const rig = await create(t, { chunks: 10 });
	const held = rig.hold('examine');
	rig.start();
	await rig.until(() => rig.did.includes('examine'));
	await rig.stop();
	held.resolve();
	await rig.footage.clear();
	await rig.restart();
	await rig.until(() => rig.outcomes().length === 1);
	assert.deepEqual(rig.did, ['train', 'examine', 'examine']);
	assert.deepEqual(rig.outcomes(), ['refused']);
});

test('a learning that fails is told, and tried again an hour later', async (t) => {
	const rig = await create(t, { chunks: 10 });
	rig.fail('train', new ForeframeError('LEARNING_FAILED', 'The learning process died'));
	rig.start();
	await rig.until(() => rig.outcomes().length === 1);
	assert.deepEqual(rig.outcomes(), ['failed']);
	await rig.pass(HOUR / 2);
	assert.deepEqual(rig.did, ['train']);
	await rig.pass(HOUR / 2 + 2000);
	await rig.until(() => rig.outcomes().length === 2);
	assert.deepEqual(rig.outcomes(), ['failed', 'refused']);
});

test('a request begins a learning out of turn, or is refused with the reason', async (t) => {
	const rig = await create(t, { record: { ...NEW_RECORD, endedAt: 1e15 } });
	rig.start();
	await rig.pass(2000);
	assert.throws(() => rig.life.request(), /cannot learn from 0 s.*USAGE/);
	await rig.collect(10);
	await rig.restart();
	const held = rig.hold('train');
	rig.life.request();
	assert.throws(() => rig.life.request(), /learning already/);
	await rig.pass(2000);
	await rig.until(() => rig.did.includes('train'));
	assert.throws(() => rig.life.request(), /learning already/);
	held.resolve();
	await rig.until(() => rig.outcomes().length === 1);
});

test('one camera waits until the other has learned', async (t) => {
	const turns = new Turns();
	const other = await turns.take(new AbortController().signal);
	const rig = await create(t, { chunks: 10, turns });
	rig.start();
	await rig.until(() => rig.life.state.phase === 'waiting');
	await rig.pass(5000);
	assert.deepEqual(rig.did, []);
	other[Symbol.dispose]();
	await rig.until(() => rig.outcomes().length === 1);
});

test('a camera that was moved forgets its footage and begins anew, also in the middle of a learning', async (t) => {
	const rig = await create(t, { chunks: 10 });
	rig.hold('train');
	rig.start();
	await rig.until(() => rig.did.includes('train'));
	rig.life.moved();
	await rig.until(() => rig.did.includes('distrust'));
	await rig.pass(2000);
	assert.deepEqual(rig.outcomes(), ['moved']);
	assert.deepEqual(await readdir(rig.folder('footage')), []);
	assert.equal(rig.life.state.phase, 'collecting');
	assert.equal(rig.saved().trustedFrom, rig.clock.utcNow() - 2000);
	assert.equal(existsSync(rig.folder('learning')), false);
});

test('a roll-back is told, and a roll-back without an older model is refused', async (t) => {
	const rig = await create(t, { record: { ...NEW_RECORD, endedAt: 1e15 } });
	await rig.life.rollBack();
	assert.deepEqual(rig.outcomes(), ['rolled-back']);
	assert.equal(rig.life.state.last?.detail, 'the older one');
	rig.fail('rollBack', new ForeframeError('USAGE', 'There is no older model'));
	await assert.rejects(rig.life.rollBack(), /no older model/);
});

function resultOf(kind: Judgement['kind']): ExamResult {
	const same = { running: 0.5, candidate: 0.5, gain: 0, low: 0, high: 0 };
	return {
		judgement: { kind, why: kind, told: same, auc: same, confidence: 0.95 },
		exam: {
			kind: 'foreframe-exam',
			version: 1,
			detector: 'mnad',
			model: { id: 'yard', version: '1' },
			seed: 1,
			questions: 20,
			framesPerSecond: 5,
			paper: '0'.repeat(64),
			falseShare: 0.01,
			auc: 0.5,
			told: 0.5,
			oddities: [],
			windows: [],
		},
		calibration: null,
	};
}

type Step = 'train' | 'examine' | 'rollBack';

async function create(
	t: TestContext,
	{
		chunks = 0,
		results = [REFUSED],
		record = NEW_RECORD,
		turns = new Turns(),
	}: { chunks?: number; results?: readonly ExamResult[]; record?: LearningRecord; turns?: Turns } = {},
) {
	const folder = await temporaryFolder();
	const clock = manualClock();
	const events: DaemonEvent[] = [];
	const did: string[] = [];
	const holds = new Map<Step, PromiseWithResolvers<void>>();
	const failures = new Map<Step, Error>();
	let saved = record;
	let examined = 0;
	let running: Promise<void> = Promise.resolve();
	let stop = new AbortController();
	let footage = await openFootage();
	let life: Life;

	async function openFootage() {
		return FootageWriter.open({
			folder: join(folder.path, 'footage'),
			bytesMax: 1e9,
			keepMs: 1e15,
			replaceFile: writeFile,
			failed: (error) => assert.fail(error),
		});
	}
	const collect = async (count: number) => {
		await mkdir(join(folder.path, 'footage'), { recursive: true });
		for (let place = 0; place < count; place++) {
			const from = 1_700_000_000_000 + place * 15_000;
			await writeFile(join(folder.path, 'footage', footageName(utcMs(from), utcMs(from + 15_000))), 'x');
		}
	};
	const step = async (name: Step, signal?: AbortSignal) => {
		did.push(name);
		const failure = failures.get(name);
		failures.delete(name);
		if (failure !== undefined) throw failure;
		const held = holds.get(name);
		if (held === undefined) return;
		signal?.addEventListener('abort', () => held.reject(Object.assign(new Error('aborted'), { name: 'AbortError' })));
		await held.promise;
	};
	const openLife = () => {
		const parts: LifeParts = {
			camera: CAMERA,
			options: learningOptions.parse({ afterMinutes: 2, every: '10 minutes' }),
			clock,
			observe: (event) => events.push(event),
			footage,
			confirmed: () => [],
			folder: join(folder.path, 'learning'),
			record: saved,
			save: async (next) => {
				saved = next;
			},
			turns,
			models: {
				promote: async () => void did.push('promote'),
				rollBack: async () => {
					await step('rollBack');
					return 'the older one';
				},
				distrust: async () => void did.push('distrust'),
			},
			train: (_job, signal) => step('train', signal),
			examine: async (_job, signal, told) => {
				told(0.5);
				await step('examine', signal);
				return results[Math.min(examined++, results.length - 1)]!;
			},
			tell: () => {},
		};
		return new Life(parts);
	};
	if (chunks > 0) {
		await collect(chunks);
		footage = await openFootage();
	}
	life = openLife();
	const start = () => {
		stop = new AbortController();
		running = life.run(stop.signal).catch((error: Error) => {
			if (error.name !== 'AbortError') throw error;
		});
	};
	const end = async () => {
		stop.abort();
		await running;
	};
	t.after(async () => {
		await end();
		await folder[Symbol.asyncDispose]();
	});
	return {
		clock,
		did,
		get life() {
			return life;
		},
		get footage() {
			return footage;
		},
		start,
		stop: end,
		restart: async () => {
			await end();
			footage = await openFootage();
			life = openLife();
			start();
			await clock.advance(1000);
		},
		collect,
		folder: (name: string) => join(folder.path, name),
		saved: () => saved,
		hold: (name: Step) => {
			const held = Promise.withResolvers<void>();
			holds.set(name, held);
			return {
				resolve: () => {
					holds.delete(name);
					held.resolve();
				},
			};
		},
		fail: (name: Step, error: Error) => failures.set(name, error),
		outcomes: () => events.flatMap((event) => (event.kind === 'learning-ended' ? [event.outcome] : [])),
		pass: async (ms: number) => {
			for (let passed = 0; passed < ms; passed += Math.max(1000, ms / 20)) {
				await clock.advance(Math.max(1000, ms / 20));
				await turnsOfTheLoop();
			}
		},
		until: async (wanted: () => boolean) => {
			for (let tries = 0; !wanted(); tries++) {
				if (tries > 2000) assert.fail(`It did only ${did}, ${life.state.phase}, ${JSON.stringify(events)}`);
				await turnsOfTheLoop();
			}
		},
	};
}

/** Lets what waits for the disk go on. */
async function turnsOfTheLoop(): Promise<void> {
	for (let n = 0; n < 3; n++) await new Promise((resolve) => setTimeout(resolve, 1));
}
