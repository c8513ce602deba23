import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../../src/core/errors.ts';
import { readModel, writeModel } from '../../../../src/detect/mnad/model.ts';
import { readWeights, writeWeights } from '../../../../src/nn/weights.ts';
import { smallModel } from '../../../support/mnad-model.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const model = smallModel(1);

async function writtenModel() {
	const folder = await temporaryFolder();
	const path = join(folder.path, 'small');
	const manifest = await writeModel(path, model);
	return {
		path,
		manifest,
		parent: folder.path,
		weights: join(path, 'weights.safetensors'),
		manifestPath: join(path, 'model.json'),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

function refused(path: string, message: RegExp) {
	return assert.rejects(readModel(path), (error) => {
		assert.ok(isForeframeError(error, 'MODEL_INVALID'), String(error));
		assert.ok(error.message.startsWith(`Cannot use the model in ${path}: `), error.message);
		assert.match(error.message, message);
		return true;
	});
}

test('a model that was written is read as it was', async () => {
	await using written = await writtenModel();
	const read = await readModel(written.path);
	assert.deepEqual(read.manifest, written.manifest);
	assert.notEqual(read.manifest.sha256, model.manifest.sha256);
	assert.deepEqual(read.memory, model.memory);
	assert.deepEqual(new Map(read.parameters), new Map(model.parameters));
});

test('a model from before there were two tasks predicts; one that reconstructs stays one', async () => {
	await using written = await writtenModel();
	const { task, ...older } = JSON.parse(await readFile(written.manifestPath, 'utf8'));
	assert.equal(task, 'prediction');
	await writeFile(written.manifestPath, JSON.stringify(older));
	assert.equal((await readModel(written.path)).manifest.task, 'prediction');
	await writeModel(written.path, smallModel(1, { task: 'reconstruction', inputs: 1 }));
	assert.equal((await readModel(written.path)).manifest.task, 'reconstruction');
});

test('a model is written over an older one; what else the folder holds stays, and nothing is left beside it', async () => {
	await using written = await writtenModel();
	await writeFile(join(written.path, 'README.md'), 'a card');
	const manifest = await writeModel(written.path, smallModel(2));
	assert.deepEqual((await readModel(written.path)).manifest, manifest);
	assert.equal(await readFile(join(written.path, 'README.md'), 'utf8'), 'a card');
	assert.deepEqual((await readdir(written.path)).toSorted(), ['README.md', 'model.json', 'weights.safetensors']);
	assert.deepEqual(await readdir(written.parent), ['small']);
});

test('a model that cannot be written leaves nothing behind', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'small');
	await writeFile(path, 'a file where the folder should be');
	await assert.rejects(writeModel(path, model));
	assert.deepEqual(await readdir(folder.path), ['small']);
});

test('a missing file is named', async () => {
	for (const name of ['model.json', 'weights.safetensors'] as const) {
		await using written = await writtenModel();
		await rm(join(written.path, name));
		await refused(written.path, new RegExp(`${name} cannot be read: .*ENOENT`));
	}
});

test('weights that are cut short or changed do not have their hash', async () => {
	await using written = await writtenModel();
	const bytes = await readFile(written.weights);
	await writeFile(written.weights, bytes.subarray(0, bytes.length - 100));
	await refused(written.path, /weights\.safetensors has the SHA-256 [0-9a-f]{64}, model\.json wants [0-9a-f]{64}/);
	bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
	await writeFile(written.weights, bytes);
	await refused(written.path, /SHA-256/);
});

test('weights that were cut short before they were hashed are told as such', async () => {
	await using written = await writtenModel();
	const bytes = await readFile(written.weights);
	await replaceWeights(written, bytes.subarray(0, bytes.length - 100));
	await refused(written.path, /ends within the tensor .* wants 36 more bytes/);
	await replaceWeights(written, Buffer.from('no weights'));
	await refused(written.path, /cut short or no safetensors file/);
});

test('a tensor of another shape, of another type or missing is named with what was wanted', async () => {
	await using written = await writtenModel();
	const { tensors, metadata } = readWeights(await readFile(written.weights));
	const changed = async (change: (tensors: Map<string, { shape: readonly number[]; data: never }>) => void) => {
		const copy = new Map(tensors);
		change(copy as never);
		await replaceWeights(written, writeWeights({ tensors: copy, metadata }));
	};
	await changed((copy) => copy.delete('encode.fine.1.bias'));
	await refused(written.path, /encode\.fine\.1\.bias is missing, wanted float32 \[8\]/);
	await changed((copy) => copy.set('encode.fine.1.bias', { shape: [2, 4], data: new Float32Array(8) as never }));
	await refused(written.path, /encode\.fine\.1\.bias is float32 \[2, 4\], wanted float32 \[8\]/);
	await changed((copy) => copy.set('encode.fine.1.bias', { shape: [8], data: new Int32Array(8) as never }));
	await refused(written.path, /encode\.fine\.1\.bias is int32 \[8\], wanted float32 \[8\]/);
	await changed((copy) => copy.set('memory.items', { shape: [5, 12], data: new Float32Array(60) as never }));
	await refused(written.path, /memory\.items is float32 \[5, 12\], wanted float32 \[6, 12\]/);
});

test('a manifest with an unknown key, a wrong value or no JSON is refused with the place', async () => {
	await using written = await writtenModel();
	const text = await readFile(written.manifestPath, 'utf8');
	const change = async (values: object) => {
		await writeFile(written.manifestPath, JSON.stringify({ ...JSON.parse(text), ...values }));
	};
	await change({ colour: 'red' });
	await refused(written.path, /model\.json: .*colour/);
	await change({ memory: { items: 1, temperature: 0.1 } });
	await refused(written.path, /model\.json: memory\.items: /);
	await change({ network: { kind: 'huge', width: 64 } });
	await refused(written.path, /model\.json: network/);
	await change({ version: 2 });
	await refused(written.path, /model\.json: version: /);
	await writeFile(written.manifestPath, text.slice(0, 50));
	await refused(written.path, /model\.json is no JSON: /);
});

test('a parameter that is missing is not written over in silence', async () => {
	await using folder = await temporaryFolder();
	const parameters = new Map(model.parameters);
	parameters.delete('encode.fine.1.bias');
	await mkdir(join(folder.path, 'small'));
	await assert.rejects(
		writeModel(join(folder.path, 'small'), { ...model, parameters }),
		/no parameter encode\.fine\.1/,
	);
	assert.deepEqual(await readdir(join(folder.path, 'small')), []);
});

/** With a manifest that knows them. */
async function replaceWeights(
	{ weights, manifestPath }: { weights: string; manifestPath: string },
	bytes: Uint8Array,
): Promise<void> {
	const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as object;
	await writeFile(weights, bytes);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	await writeFile(manifestPath, JSON.stringify({ ...manifest, sha256 }));
}
