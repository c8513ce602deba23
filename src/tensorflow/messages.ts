import { z } from 'zod';

/** What the process is asked; each request gets one answer with its `id`. The end of its input ends it. */
export type Request =
	/** With the portable graph as the array `graph`. */
	| { readonly kind: 'open'; readonly id: number; readonly session: string }
	/** With the session's inputs. */
	| { readonly kind: 'run'; readonly id: number; readonly session: string }
	| { readonly kind: 'close'; readonly id: number; readonly session: string };

const id = z.number().int().min(1);
const shapes = z.record(
	z.string(),
	z.strictObject({
		type: z.enum(['float32', 'uint8', 'int32', 'int64']),
		shape: z.array(z.number().int().min(1)),
	}),
);

/** What the process answers. `ready` comes once, first, and says what it has found. */
export const answer = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('ready'), backend: z.string(), version: z.string(), node: z.string() }),
	z.strictObject({ kind: z.literal('opened'), id, inputs: shapes, outputs: shapes }),
	/** With the session's outputs. */
	z.strictObject({ kind: z.literal('ran'), id, inferenceMs: z.number().min(0) }),
	z.strictObject({ kind: z.literal('closed'), id }),
	z.strictObject({ kind: z.literal('failed'), id, reason: z.string() }),
]);
export type Answer = z.infer<typeof answer>;
