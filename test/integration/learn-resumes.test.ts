import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readModel } from '../../src/detect/mnad/model.ts';
import { type LearnEvent, learnEvent } from '../../src/learn/events.ts';
import { writeCollectedFootage } from '../support/collected-footage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('Learning that was killed', () => {
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

	/** Runs the command; every line it tells is one that the schema knows. */
	async function learn(out: string, more: readonly string[], killWhen: (event: LearnEvent) => boolean = () => false) {
		const args = [
			'--footage',
			footage,
			'--out',
			out,
			'--threads',
			'1',
			'--nice',
			'0',
			'--checkpoint-seconds',
			'0.1',
			'--json',
		];
		const child = spawn(process.execPath, ['--no-warnings', MAIN, 'learn', ...args, ...more], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
		let err = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			err += text;
		});
		const events: LearnEvent[] = [];
		for await (const line of createInterface({ input: child.stdout })) {
			const event = learnEvent.parse(JSON.parse(line));
			events.push(event);
			if (killWhen(event)) child.kill('SIGKILL');
		}
		const [code, killedBy] = await closed;
		return { code, killedBy, err, events };
	}
	const weightsOf = async (out: string) => {
		const { manifest, parameters, memory } = await readModel(out);
		const { sha256, gate, training } = manifest;
		return { sha256, gate, steps: training.steps, heldOutError: training.heldOutError, parameters, memory };
	};

	test('goes on, and its weights are those of a run that was never killed, to the bit', async () => {
		const [whole, killed] = [join(folder.path, 'whole', 'm'), join(folder.path, 'killed', 'm')];
		const options = ['--steps', '30', '--seed', '7'];
		assert.equal((await learn(whole, options)).code, 0);
		for (const atStep of [1, 15]) {
			const run = await learn(killed, options, (event) => event.kind === 'checkpoint' && event.step >= atStep);
			assert.deepEqual([run.code, run.killedBy], [null, 'SIGKILL'], run.err);
		}
		const last = await learn(killed, options);
		assert.equal(last.code, 0, last.err);
		const resumed = last.events.find((event) => event.kind === 'resumed');
		assert.ok(resumed !== undefined && resumed.step >= 15, JSON.stringify(last.events));
		assert.deepEqual(await weightsOf(killed), await weightsOf(whole));
		assert.deepEqual((await readdir(killed)).toSorted(), ['golden.json', 'model.json', 'weights.safetensors']);
	});

	test('with other options, or a damaged checkpoint, begins anew and says so; --resume refuses', async () => {
		const out = join(folder.path, 'other', 'm');
		const killed = await learn(out, ['--steps', '30'], ({ kind }) => kind === 'checkpoint');
		assert.equal(killed.killedBy, 'SIGKILL', killed.err);
		const refused = await learn(out, ['--steps', '2', '--resume']);
		assert.equal(refused.code, 1, refused.err);
		assert.match(refused.err, /belongs to a run with other footage or options \(CHECKPOINT_INVALID\)/);
		assert.equal(refused.events.at(-1)?.kind, 'failed');
		const other = await learn(out, ['--steps', '2']);
		assert.equal(other.code, 0, other.err);
		const warning = other.events.find((event) => event.kind === 'warning');
		assert.match(warning?.message ?? '', /begins anew/);
		assert.ok((await readdir(out)).includes('learning.checkpoint.old'));

		await writeFile(join(out, 'learning.checkpoint'), 'damaged');
		const damaged = await learn(out, ['--steps', '2']);
		assert.equal(damaged.code, 0, damaged.err);
		assert.match(damaged.events.find((event) => event.kind === 'warning')?.message ?? '', /is damaged/);
		assert.ok(!damaged.events.some(({ kind }) => kind === 'resumed'));
	});
});
