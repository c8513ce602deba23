import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { COMMANDS } from '../../src/commands/list.ts';
import { readGolden } from '../../src/detect/golden-file.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import type { EvaluationReport } from '../../src/evaluate/report.ts';
import { readDataset } from '../../src/ingest/dataset.ts';
import { writeSceneDataset } from '../../src/ingest/simulate/dataset.ts';
import type { LearnEvent } from '../../src/learn/events.ts';
import { learn } from '../../src/learn/learn.ts';
import { recordedIo } from '../support/command-io.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

async function foreframe(...args: string[]) {
	const io = recordedIo({});
	const code = await runCommandLine(args, io, { commands: COMMANDS, version: '0' });
	return { code, out: io.out(), err: io.err() };
}

describe('Learning', () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	let dataset: string;

	before(async () => {
		folder = await temporaryFolder();
		dataset = join(folder.path, 'walkway');
		await writeSceneDataset(dataset, {
			width: 320,
			height: 180,
			trainingClips: 3,
			testingClips: 1,
			framesPerClip: 60,
		});
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});

	test('What is learned from a data set is a model that can be measured on it', async () => {
		const out = join(folder.path, 'models', 'tiny');
		const learned = await foreframe(
			'learn',
			'--dataset',
			dataset,
			'--out',
			out,
			'--steps',
			'6',
			'--seed',
			'3',
			'--json',
		);
		assert.equal(learned.code, 0, learned.err);
		const events = learned.out
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as LearnEvent);
		// A slow machine keeps a checkpoint before the first report.
		const kinds = new Set(events.map(({ kind }) => kind));
		assert.deepEqual(kinds, new Set(['reading', 'footage', 'training', 'checkpoint', 'done']));
		const { manifest, parameters } = await readModel(out);
		const golden = await readGolden(out, manifest.sha256);
		assert.deepEqual([golden?.clip.kind, golden?.expected.length], ['drawn', 3]);
		assert.equal(manifest.id, 'tiny');
		assert.equal(manifest.framesPerSecond, 10);
		assert.deepEqual(manifest.training.heldOut, ['walkway/03']);
		assert.deepEqual([manifest.training.steps, manifest.training.seed], [6, 3]);
		assert.match(manifest.training.command, /^foreframe learn --dataset .* --steps 6 /);
		assert.ok(manifest.gate > 0 && manifest.gate < 1, `${manifest.gate}`);
		assert.ok([...parameters.values()].every((values) => values.every(Number.isFinite)));
		assert.deepEqual(await readdir(join(folder.path, 'models')), ['tiny']);

		const measured = await foreframe(
			...['evaluate', '--dataset', dataset, '--model', out, '--calibrate-on', '01,02,03', '--json'],
		);
		assert.equal(measured.code, 0, measured.err);
		const report: EvaluationReport = JSON.parse(measured.out);
		assert.equal(report.frames, 60 - 4);
		assert.equal(report.calibration.windows, 3 * (60 - 4));
		assert.ok(report.auc.perVideo !== null && report.auc.perVideo >= 0 && report.auc.perVideo <= 1);
		assert.ok(report.msPerWindow.p50 > 0);
	});

	test('The published network, small, is learned, written and read with its running statistics', async () => {
		const out = join(folder.path, 'paper');
		const manifest = await learn({
			sources: [{ kind: 'dataset', dataset: await readDataset(dataset) }],
			out,
			id: 'paper',
			task: 'prediction',
			places: null,
			network: { kind: 'paper', width: 4 },
			framesPerSecond: 5,
			duration: { kind: 'steps', steps: 2 },
			seed: 1,
			threads: 1,
			command: '',
			signal: new AbortController().signal,
			told: () => {},
		});
		const read = await readModel(out);
		assert.deepEqual(read.manifest, manifest);
		assert.ok(manifest.gate > 0);
		const variance = read.parameters.get('decode.1.2.norm.variance')!;
		assert.ok(variance.every((value) => value > 0 && value !== 1));
	});

	test('Ctrl-C ends learning at once and leaves a checkpoint alone', async () => {
		const models = join(folder.path, 'interrupted');
		const args = ['learn', '--dataset', dataset, '--out', join(models, 'tiny'), '--minutes', '10', '--json'];
		const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
		let err = '';
		child.stderr.on('data', (chunk: Buffer) => {
			err += chunk.toString();
		});
		const closed = once(child, 'close') as Promise<[number | null, string | null]>;
		for await (const line of createInterface(child.stdout)) {
			if ((JSON.parse(line) as LearnEvent).kind === 'training') break;
		}
		const stoppedAt = performance.now();
		child.kill('SIGINT');
		child.stdout.resume();
		assert.deepEqual(await closed, [75, null], err);
		assert.ok(performance.now() - stoppedAt < 10_000);
		assert.equal(err, '');
		assert.deepEqual(await readdir(join(models, 'tiny')), ['learning.checkpoint']);
	});

	test('What could not be written, read or learned from is refused before anything is learned', async () => {
		const refused = (...args: string[]) => foreframe('learn', '--dataset', dataset, '--steps', '1', ...args);
		for (const [args, message] of [
			[['--out', join(folder.path, 'My Model')], /cannot call a model "My Model": .*--id/],
			[['--out', join(dataset, 'labels.json', 'tiny')], /cannot write a model to --out .*(ENOTDIR|EEXIST)/],
			[['--out', join(dataset, 'labels.json'), '--id', 'tiny'], /cannot write a model to --out .*ENOTDIR/],
			[['--out', join(folder.path, 'tiny'), '--seed', '1.5'], /--seed 1\.5: expected a whole number/],
			[['--out', join(folder.path, 'tiny'), '--steps', '-1'], /--steps -1|ambiguous/],
		] as const) {
			const { code, err } = await refused(...args);
			assert.equal(code, 64, err);
			assert.match(err, message);
		}
		const short = join(folder.path, 'short');
		await writeSceneDataset(short, { width: 320, height: 180, trainingClips: 2, testingClips: 1, framesPerClip: 12 });
		const { code, err } = await foreframe('learn', '--dataset', short, '--out', join(folder.path, 'tiny'));
		assert.equal(code, 1);
		assert.match(err, /training clips of at most 12 frames: expected at least one of 17 .*\(DATASET_INVALID\)/);
	});
});
