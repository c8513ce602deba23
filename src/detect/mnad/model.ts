import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { describeError, ForeframeError } from '../../core/errors.ts';
import type { Graph } from '../../nn/nn.ts';
import { readWeights, type StoredTensor, writeWeights } from '../../nn/weights.ts';
import { type ModelManifest, modelManifest } from './manifest.ts';
import { queryLength } from './network.ts';
import { buildStep } from './step.ts';

/** A trained MNAD: what it is, its weights, and the memory it begins with. */
export interface MnadModel {
	readonly manifest: ModelManifest;
	readonly parameters: ReadonlyMap<string, Float32Array>;
	/** Unit items. `[M, C]` */
	readonly memory: Float32Array;
}

const MANIFEST = 'model.json';
const WEIGHTS = 'weights.safetensors';
const MEMORY = 'memory.items';
const SMALLEST = { width: 16, height: 16 };

/**
 * Reads a model folder.
 * @throws ForeframeError MODEL_INVALID naming what is missing, damaged or of the wrong shape.
 */
export async function readModel(folder: string): Promise<MnadModel> {
	const [text, bytes] = await Promise.all([readPart(folder, MANIFEST), readPart(folder, WEIGHTS)]);
	const manifest = parseManifest(folder, text.toString('utf8'));
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	if (sha256 !== manifest.sha256) {
		throw invalid(folder, `${WEIGHTS} has the SHA-256 ${sha256}, ${MANIFEST} wants ${manifest.sha256}`);
	}
	let tensors: ReadonlyMap<string, StoredTensor>;
	try {
		tensors = readWeights(bytes).tensors;
	} catch (error) {
		throw invalid(folder, describeError(error), error);
	}
	const { items } = manifest.memory;
	const memory = take(folder, tensors, MEMORY, [items, queryLength(manifest.network)]);
	const parameters = new Map<string, Float32Array>();
	for (const { name, tensor } of buildStep(manifest, 1, SMALLEST, 'frozen').parameters.values()) {
		parameters.set(name, take(folder, tensors, name, tensor.shape));
	}
	return { manifest, parameters, memory };
}

/**
 * Writes a model folder; the hash in the manifest is that of the weights. Files appear whole or not at all; what else the
 * folder holds stays.
 */
export async function writeModel(folder: string, model: MnadModel): Promise<ModelManifest> {
	const graph: Graph = buildStep(model.manifest, 1, SMALLEST, 'frozen');
	const { items } = model.manifest.memory;
	const tensors = new Map<string, StoredTensor>([
		[MEMORY, { shape: [items, queryLength(model.manifest.network)], data: model.memory }],
	]);
	for (const { name, tensor } of graph.parameters.values()) {
		const data = model.parameters.get(name);
		if (data === undefined) throw new Error(`The model has no parameter ${name}`);
		tensors.set(name, { shape: tensor.shape, data });
	}
	const bytes = writeWeights({ tensors, metadata: { model: model.manifest.id } });
	const manifest = { ...model.manifest, sha256: createHash('sha256').update(bytes).digest('hex') };
	await replaceFiles(folder, [
		[WEIGHTS, bytes],
		[MANIFEST, `${JSON.stringify(manifest, null, '\t')}\n`],
	]);
	return manifest;
}

async function replaceFiles(
	folder: string,
	files: readonly (readonly [name: string, content: Uint8Array | string])[],
): Promise<void> {
	const target = resolve(folder);
	await mkdir(dirname(target), { recursive: true });
	// Beside the target, so that a rename is enough; hidden, so that nobody takes it for a model.
	const draft = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
	try {
		for (const [name, content] of files) await writeFile(join(draft, name), content);
		await mkdir(target, { recursive: true });
		for (const [name] of files) await rename(join(draft, name), join(target, name));
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
}

async function readPart(folder: string, name: string): Promise<Buffer> {
	try {
		return await readFile(join(folder, name));
	} catch (error) {
		throw invalid(folder, `${name} cannot be read: ${describeError(error)}`, error);
	}
}

function parseManifest(folder: string, text: string): ModelManifest {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		throw invalid(folder, `${MANIFEST} is no JSON: ${describeError(error)}`, error);
	}
	const parsed = modelManifest.safeParse(json);
	if (parsed.success) return parsed.data;
	const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	throw invalid(folder, `${MANIFEST}: ${problems.join('; ')}`);
}

function take(
	folder: string,
	tensors: ReadonlyMap<string, StoredTensor>,
	name: string,
	shape: readonly number[],
): Float32Array {
	const tensor = tensors.get(name);
	const wanted = `float32 [${shape.join(', ')}]`;
	const found = tensor === undefined ? 'missing' : `${typeOf(tensor)} [${tensor.shape.join(', ')}]`;
	if (!(tensor?.data instanceof Float32Array) || found !== wanted) {
		throw invalid(folder, `${WEIGHTS}: ${name} is ${found}, wanted ${wanted}`);
	}
	return tensor.data;
}

function typeOf({ data }: StoredTensor): string {
	return data.constructor.name.replace('Array', '').toLowerCase();
}

function invalid(folder: string, reason: string, cause?: unknown): ForeframeError {
	return new ForeframeError('MODEL_INVALID', `Cannot use the model in ${folder}: ${reason}`, { cause });
}
