import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAbort, isForeframeError } from '../../src/core/errors.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import { runLearningChild } from '../../src/learn/child.ts';
import type { LearnEvent } from '../../src/learn/events.ts';
import { writeCollectedFootage } from '../support/collected-footage.ts';
import { childrenOf, untilGone } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PARENT = fileURLToPath(new URL('../support/learning-parent.ts', import.meta.url));
const ENDLESS = 1_000_000;
const never = new AbortController().signal;

/** The processes that learn for a process. */
const learners = (parent: number) => childrenOf(parent).filter(({ command }) => command.includes(' learn '));

describe('A learning child', () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	let footage: string;
	before(async () => {
		folder = await temporaryFolder();
		footage = join(folder.path, 'footage');
		await writeCollectedFootage(footage);
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});

	test('learns from collected footage at the lowest priority and leaves nothing but the model', async () => {
		const out = join(folder.path, 'models', 'yard');
		const events: LearnEvent[] = [];
		const priorities = new Set<number>();
		const manifest = await runLearningChild(
			{ footage: [footage], out, steps: 12, threads: 1, seed: 4, framesPerSecond: 5, id: 'yard-1' },
			{
				signal: never,
				told: (event) => {
					events.push(event);
					if (event.kind === 'training') for (const { pid } of learners(process.pid)) priorities.add(getPriority(pid));
				},
			},
		);
		assert.deepEqual(
			[...new Set(events.map(({ kind }) => kind))],
			['reading', 'footage', 'training', 'checkpoint', 'done'],
		);
		assert.deepEqual([...priorities], [19]);
		assert.deepEqual([manifest.id, manifest.framesPerSecond, manifest.training.data], ['yard-1', 5, ['footage']]);
		assert.match(manifest.training.heldOut.join(), /^footage\/\d+-\d+\.footage from 7\.6 s$/);
		assert.deepEqual((await readModel(out)).manifest, manifest);
		assert.deepEqual((await readdir(out)).toSorted(), ['golden.json', 'model.json', 'weights.safetensors']);
		assert.equal((await readdir(footage)).length, 2);
	});

	test('asked to leave writes a checkpoint, and the next one goes on from it with the footage it began with', async () => {
		const out = join(folder.path, 'models', 'left');
		const own = join(folder.path, 'changing');
		await writeCollectedFootage(own);
		const leaving = new AbortController();
		const request = { footage: [own], out, minutes: 10, threads: 1, nice: 0 };
		await assert.rejects(
			runLearningChild(request, {
				signal: leaving.signal,
				told: ({ kind }) => {
					if (kind !== 'training') return;
					// As systemd and Ctrl-C do, to every process at once.
					for (const { pid } of learners(process.pid)) process.kill(pid, 'SIGTERM');
					leaving.abort();
				},
			}),
			isAbort,
		);
		assert.deepEqual(learners(process.pid), []);
		// Meanwhile the camera went on.
		await writeCollectedFootage(own, { chunks: 4 });
		const again = new AbortController();
		const events: LearnEvent[] = [];
		await assert.rejects(
			runLearningChild(request, {
				signal: again.signal,
				told: (event) => {
					events.push(event);
					if (event.kind === 'training') again.abort();
				},
			}),
			isAbort,
		);
		const resumed = events.find((event) => event.kind === 'resumed');
		assert.ok(resumed !== undefined && resumed.step >= 10, JSON.stringify(events));
		assert.equal(events.find((event) => event.kind === 'training')!.step, resumed.step + 10 - (resumed.step % 10));
	});

	test('tells why it cannot learn by the code of its own', async () => {
		const short = join(folder.path, 'short');
		await writeCollectedFootage(short, { chunks: 1, framesPerChunk: 20 });
		const failing = (request: Parameters<typeof runLearningChild>[0]) => runLearningChild(request, { signal: never });
		await assert.rejects(
			failing({ footage: [short], out: join(folder.path, 'models', 'none'), steps: ENDLESS, nice: 0 }),
			(error) =>
				isForeframeError(error, 'DATASET_INVALID') &&
				/at most 10 frames.*[^)] \(DATASET_INVALID\)$/.test(error.message),
		);
		await assert.rejects(
			failing({ footage: [join(folder.path, 'nowhere')], out: join(folder.path, 'models', 'none'), nice: 0 }),
			(error) => isForeframeError(error, 'SOURCE_FAILED'),
		);
	});

	test('that dies is told as such', async () => {
		const dying = runLearningChild(
			{ footage: [footage], out: join(folder.path, 'models', 'dead'), steps: ENDLESS, threads: 1, nice: 0 },
			{
				signal: never,
				told: ({ kind }) => {
					if (kind === 'training') for (const { pid } of learners(process.pid)) process.kill(pid, 'SIGKILL');
				},
			},
		);
		await assert.rejects(
			dying,
			(error) => isForeframeError(error, 'LEARNING_FAILED') && /died of signal SIGKILL/.test(error.message),
		);
	});

	test('whose parent is killed ends by itself and leaves a checkpoint', async () => {
		const out = join(folder.path, 'models', 'orphan');
		const parent = spawn(process.execPath, [PARENT, footage, out], { stdio: ['ignore', 'pipe', 'inherit'] });
		let pid = 0;
		for await (const line of createInterface({ input: parent.stdout })) {
			if ((JSON.parse(line) as LearnEvent).kind !== 'training') continue;
			pid = learners(parent.pid!)[0]!.pid;
			break;
		}
		const closed = once(parent, 'close');
		parent.kill('SIGKILL');
		await closed;
		await untilGone(pid, 30_000);
		assert.ok((await readdir(out)).includes('learning.checkpoint'));
	});
});
