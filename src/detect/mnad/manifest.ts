import { z } from 'zod';
import { CHANNELS } from '../../core/prediction.ts';
import { headSpec } from './head.ts';
import { networkSpec, TASKS } from './network.ts';

export const memorySpec = z.strictObject({
	/** M */
	items: z.number().int().min(2).max(4096),
	/** Of the read's softmax; 1 is the paper's. Belongs to the weights: the decoder has learned to it. */
	temperature: z.number().positive(),
	/** Whether the decoder is told what the memory answers, which it is unless said otherwise; else it gets zeros. */
	read: z.boolean().optional(),
});
export type MemorySpec = z.infer<typeof memorySpec>;

/** What a model folder's `model.json` says; its weights lie beside it. */
export const modelManifest = z.strictObject({
	kind: z.literal('foreframe-model'),
	version: z.literal(1),
	/** Unique among models; with the weights' hash it names what a calibration holds for. */
	id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
	detector: z.literal('mnad'),
	/** Models from before there were two predict. */
	task: z.enum(TASKS).default('prediction'),
	network: networkSpec,
	/** Input frames, T; a window has one more. */
	inputs: z.number().int().min(1).max(32),
	memory: memorySpec,
	/** Weighs prediction, memory and motion place by place; null in models that have none. */
	head: headSpec.nullable().default(null),
	/** The frame rate of the footage it was trained on; its channels mean something else at another. */
	framesPerSecond: z.number().positive(),
	/** 95 % quantile of the regular score (the paper's form) on held-out normal footage: the gate until a camera has its own. */
	gate: z.number().positive(),
	/** What each channel counts in the combined score. */
	weights: z.partialRecord(z.enum(CHANNELS), z.number().min(0)),
	/** SHA-256 of `weights.safetensors`, hexadecimal. */
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	/** How it came to be, for the model card. */
	training: z.strictObject({
		command: z.string(),
		data: z.array(z.string()),
		heldOut: z.array(z.string()),
		seed: z.number().int(),
		steps: z.number().int(),
		minutes: z.number(),
		heldOutError: z.number(),
	}),
});
export type ModelManifest = z.infer<typeof modelManifest>;
