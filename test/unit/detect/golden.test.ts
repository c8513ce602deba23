import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isForeframeError } from '../../../src/core/errors.ts';
import type { Channel } from '../../../src/core/prediction.ts';
import { drawGoldenClip, type Golden, type GoldenClip, makeGolden, selfTest } from '../../../src/detect/golden.ts';
import { goldenFiles, readGolden } from '../../../src/detect/golden-file.ts';
import { openMnad } from '../../../src/detect/mnad/mnad.ts';
import { type MnadModel, readModel } from '../../../src/detect/mnad/model.ts';
import { plainInference, smallModel } from '../../support/mnad-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MODELS = fileURLToPath(new URL('../../../models/mnad-compact', import.meta.url));
const model = smallModel(1);
const SHA = model.manifest.sha256;

async function opened<Result>(
	model: MnadModel,
	use: (detector: ReturnType<typeof openMnad>) => Promise<Result>,
): Promise<Result> {
	await using inference = plainInference();
	await using detector = openMnad({ model, memory: 'online', inference });
	return await use(detector);
}

function made(clip: GoldenClip = drawGoldenClip(5)): Promise<Golden> {
	return opened(model, (detector) => makeGolden(detector, SHA, 10, clip));
}

function refused(message: RegExp) {
	return (error: unknown) => {
		assert.ok(isForeframeError(error, 'SELF_TEST_FAILED', 'MODEL_INVALID'), String(error));
		assert.match(error.message, message);
		return true;
	};
}

test('the drawn windows are the same on every machine', () => {
	const { windows, size } = drawGoldenClip(5);
	assert.deepEqual([windows.length, windows[0]!.length, windows[0]![0]!.length], [3, 5, size.width * size.height]);
	const sha256 = createHash('sha256').update(Buffer.concat(windows.flat())).digest('hex');
	assert.equal(sha256, 'b579a166f7cb5e074c8ba363cb700713257893a9282b7de7a42a6884bf314864');
});

test('a model passes its own golden windows, however its memory learns', async () => {
	const golden = await made();
	for (const memory of ['online', 'paper', 'frozen'] as const) {
		await using inference = plainInference();
		await using detector = openMnad({ model, memory, inference });
		await selfTest(detector, golden);
	}
});

test('a model with one damaged layer fails, and the message names model, channel, value and what was expected', async () => {
	const golden = await made();
	const name = 'decode.fine.3.weight';
	const parameters = new Map(model.parameters).set(
		name,
		model.parameters.get(name)!.map((value) => 1.2 * value),
	);
	const test = opened({ ...model, parameters }, (detector) => selfTest(detector, golden));
	await assert.rejects(
		test,
		refused(
			/^The model small-1 0{11}0 .* channel \w+ of its golden window 1 is [\d.e-]+, expected [\d.e-]+ within 2 % \(SELF_TEST_FAILED\)$/,
		),
	);
});

test('a channel is held to the tolerance and no closer', async () => {
	const golden = await made();
	const off = (share: number): Golden => ({
		...golden,
		expected: golden.expected.map(
			(said) => new Map([...said].map(([channel, value]) => [channel, value * (1 + share)] as const)),
		),
	});
	await opened(model, (detector) => selfTest(detector, off(0.015)));
	await assert.rejects(
		opened(model, (detector) => selfTest(detector, off(0.03))),
		refused(/is not what it was/),
	);
	const more = {
		...golden,
		expected: golden.expected.map((said) => new Map<Channel, number>([...said, ['patch', Number.NaN]])),
	};
	await assert.rejects(
		opened(model, (detector) => selfTest(detector, more)),
		refused(/channel patch/),
	);
});

const recorded: GoldenClip = {
	kind: 'recorded',
	size: { width: 32, height: 16 },
	windows: [1, 2].map((window) =>
		Array.from({ length: 5 }, (_, index) => Uint8Array.from({ length: 512 }, (_, i) => (i * window + 9 * index) % 256)),
	),
};

for (const clip of [drawGoldenClip(5), recorded]) {
	test(`${clip.kind} golden windows come back from their files as they were`, async () => {
		await using folder = await temporaryFolder();
		const golden = await made(clip);
		for (const [name, content] of goldenFiles(golden)) await writeFile(join(folder.path, name), content);
		assert.equal((await readdir(folder.path)).length, clip.kind === 'drawn' ? 1 : 2);
		assert.deepEqual(await readGolden(folder.path, SHA), golden);
	});
}

test('a folder without golden windows has none; those of other weights, and damaged ones, are refused', async () => {
	await using folder = await temporaryFolder();
	assert.equal(await readGolden(folder.path, SHA), null);
	for (const [name, content] of goldenFiles(await made(recorded))) await writeFile(join(folder.path, name), content);
	await assert.rejects(readGolden(folder.path, 'f'.repeat(64)), refused(/is of weights 0{11}0, not ffffffffffff/));
	const frames = join(folder.path, 'golden.safetensors');
	await writeFile(frames, (await readFile(frames)).subarray(0, -100));
	await assert.rejects(readGolden(folder.path, SHA), refused(/golden\.safetensors: /));
	await writeFile(join(folder.path, 'golden.json'), '{}');
	await assert.rejects(readGolden(folder.path, SHA), refused(/golden\.json: kind/));
	await writeFile(join(folder.path, 'golden.json'), '{');
	await assert.rejects(readGolden(folder.path, SHA), refused(/golden\.json is no JSON/));
});

for (const variant of ['5fps', '10fps']) {
	test(`the shipped model ${variant} gives what it gave when it was made`, async () => {
		const folder = join(MODELS, variant);
		const shipped = await readModel(folder);
		const golden = await readGolden(folder, shipped.manifest.sha256);
		assert.ok(golden !== null, 'its golden windows are missing: node bench/golden.ts');
		assert.equal(golden.clip.kind, 'drawn', 'no footage goes with a shipped model');
		await opened(shipped, (detector) => selfTest(detector, golden));
	});
}
