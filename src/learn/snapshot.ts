import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readWeights, writeWeights } from '../nn/weights.ts';

const word = z.number().int();
const numbers = z.strictObject({
	step: z.number().int().positive(),
	elapsedMs: z.number().min(0),
	looks: z.number().int().min(0),
	heldOutError: z.number().nullable(),
	random: z.tuple([word, word, word, word]).readonly(),
	terms: z.record(z.string(), z.number()),
	bestError: z.number().nullable(),
});
const about = z.strictObject({
	kind: z.literal('foreframe-checkpoint'),
	version: z.literal(1),
	/** Of what was asked for, see `fingerprintOf`. */
	fingerprint: z.string(),
	numbers,
	/** Of the arrays, in the order of their names. */
	sha256: z.string(),
});

/** A training between two steps, in a form that can be written down without a loss. */
export interface Snapshot {
	readonly numbers: z.infer<typeof numbers>;
	readonly arrays: ReadonlyMap<string, Float32Array>;
}

/** A safetensors file whose metadata hold the rest. */
export function encodeSnapshot({ numbers, arrays }: Snapshot, fingerprint: string): Uint8Array {
	const named = [...arrays].sort(byName);
	const text = JSON.stringify({
		kind: 'foreframe-checkpoint',
		version: 1,
		fingerprint,
		numbers,
		sha256: hashOf(named),
	} satisfies z.infer<typeof about>);
	const tensors = new Map(named.map(([name, data]) => [name, { shape: [data.length], data }]));
	return writeWeights({ tensors, metadata: { checkpoint: text } });
}

/** @throws Error saying why the bytes are no whole snapshot. */
export function decodeSnapshot(bytes: Uint8Array): { readonly snapshot: Snapshot; readonly fingerprint: string } {
	const { tensors, metadata } = readWeights(bytes);
	const parsed = about.safeParse(JSON.parse(metadata['checkpoint'] ?? 'null'));
	if (!parsed.success) throw new Error('its description cannot be used');
	const { fingerprint, numbers, sha256 } = parsed.data;
	const arrays = new Map<string, Float32Array>();
	for (const [name, { data }] of tensors) {
		if (!(data instanceof Float32Array)) throw new Error(`${name} is not of type F32`);
		arrays.set(name, data);
	}
	if (hashOf([...arrays].sort(byName)) !== sha256) throw new Error('its values have another SHA-256 than it says');
	return { snapshot: { numbers, arrays }, fingerprint };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
	return a < b ? -1 : 1;
}

function hashOf(named: readonly (readonly [string, Float32Array])[]): string {
	const hash = createHash('sha256');
	for (const [name, { buffer, byteOffset, byteLength }] of named) {
		hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
	}
	return hash.digest('hex');
}
