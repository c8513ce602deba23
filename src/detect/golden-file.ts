import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, ForeframeError } from '../core/errors.ts';
import { CHANNELS, type Channel } from '../core/prediction.ts';
import { readWeights, writeWeights } from '../nn/weights.ts';
import { drawGoldenClip, type Golden, type GoldenClip } from './golden.ts';

/** In a model's folder; the second one only where its windows were recorded. */
export const GOLDEN = 'golden.json';
export const GOLDEN_FRAMES = 'golden.safetensors';
const TENSOR = 'frames';

const side = z.number().int().positive();
const goldenSchema = z.strictObject({
	kind: z.literal('foreframe-golden'),
	version: z.literal(1),
	model: z.strictObject({ id: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
	framesPerSecond: z.number().positive(),
	clip: z.strictObject({
		kind: z.enum(['drawn', 'recorded']),
		/** Frames in a window. */
		frames: side,
		width: side,
		height: side,
	}),
	expected: z
		.array(z.partialRecord(z.enum(CHANNELS), z.number()))
		.min(1)
		.max(64),
});

/** A golden as the files of a model's folder, by name. */
export function goldenFiles(golden: Golden): ReadonlyMap<string, Uint8Array | string> {
	const { clip, expected } = golden;
	const { width, height } = clip.size;
	const frames = clip.windows[0]!.length;
	const stored: z.infer<typeof goldenSchema> = {
		kind: 'foreframe-golden',
		version: 1,
		model: golden.model,
		framesPerSecond: golden.framesPerSecond,
		clip: { kind: clip.kind, frames, width, height },
		expected: expected.map((said) => Object.fromEntries(said)),
	};
	const files = new Map<string, Uint8Array | string>([[GOLDEN, `${JSON.stringify(stored, null, '\t')}\n`]]);
	if (clip.kind === 'drawn') return files;
	const data = Buffer.concat(clip.windows.flat());
	const shape = [clip.windows.length, frames, height, width];
	return files.set(GOLDEN_FRAMES, writeWeights({ tensors: new Map([[TENSOR, { shape, data }]]), metadata: {} }));
}

/**
 * The golden of a model's folder; null where there is none.
 * @throws ForeframeError MODEL_INVALID when it is damaged, or of other weights than those with this hash.
 */
export async function readGolden(folder: string, sha256: string): Promise<Golden | null> {
	const text = await readIfThere(folder, GOLDEN);
	if (text === null) return null;
	const stored = parse(folder, text.toString('utf8'));
	if (stored.model.sha256 !== sha256) {
		const [its, wanted] = [stored.model.sha256.slice(0, 12), sha256.slice(0, 12)];
		throw invalid(
			folder,
			`${GOLDEN} is of weights ${its}, not ${wanted}; learn it again, or node bench/golden.ts ${folder}`,
		);
	}
	const { kind } = stored.clip;
	const clip = kind === 'drawn' ? drawGoldenClip(stored.clip.frames) : await recorded(folder, stored);
	const { width, height } = clip.size;
	if (clip.windows.length !== stored.expected.length || width !== stored.clip.width || height !== stored.clip.height) {
		throw invalid(
			folder,
			`its clip has ${clip.windows.length} windows of ${width}x${height}, ${GOLDEN} says ` +
				`${stored.expected.length} of ${stored.clip.width}x${stored.clip.height}`,
		);
	}
	return {
		model: stored.model,
		framesPerSecond: stored.framesPerSecond,
		clip,
		expected: stored.expected.map((said) => new Map(Object.entries(said) as [Channel, number][])),
	};
}

async function recorded(folder: string, { clip, expected }: z.infer<typeof goldenSchema>): Promise<GoldenClip> {
	const { width, height, frames } = clip;
	const bytes = await readIfThere(folder, GOLDEN_FRAMES);
	if (bytes === null) throw invalid(folder, `${GOLDEN_FRAMES} is missing`);
	let data: unknown;
	try {
		data = readWeights(bytes).tensors.get(TENSOR)?.data;
	} catch (error) {
		throw invalid(folder, `${GOLDEN_FRAMES}: ${describeError(error)}`, error);
	}
	const pixels = width * height;
	if (!(data instanceof Uint8Array) || data.length !== expected.length * frames * pixels) {
		throw invalid(folder, `${GOLDEN_FRAMES} does not hold ${expected.length} windows of ${frames} frames`);
	}
	const luma = data;
	const frameAt = (place: number) => luma.subarray(place * pixels, (place + 1) * pixels);
	const windows = expected.map((_, window) =>
		Array.from({ length: frames }, (_, index) => frameAt(window * frames + index)),
	);
	return { kind: 'recorded', size: { width, height }, windows };
}

function parse(folder: string, text: string): z.infer<typeof goldenSchema> {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		throw invalid(folder, `${GOLDEN} is no JSON: ${describeError(error)}`, error);
	}
	const checked = goldenSchema.safeParse(json);
	if (checked.success) return checked.data;
	const [issue] = checked.error.issues;
	throw invalid(folder, `${GOLDEN}: ${issue?.path.join('.')}: ${issue?.message}`);
}

async function readIfThere(folder: string, name: string): Promise<Buffer | null> {
	try {
		return await readFile(join(folder, name));
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw invalid(folder, `${name} cannot be read: ${describeError(error)}`, error);
	}
}

function invalid(folder: string, reason: string, cause?: unknown): ForeframeError {
	return new ForeframeError('MODEL_INVALID', `Cannot use the model in ${folder}: ${reason}`, { cause });
}
