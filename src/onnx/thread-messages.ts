import type { Runtime } from './options.ts';
import type { TensorShapes, Tensors } from './tensors.ts';

/** What an inference thread is asked; every request gets exactly one answer with its `id`. */
export type ThreadRequest =
	| {
			readonly kind: 'open';
			readonly id: number;
			/** Names the session in later requests. */
			readonly session: string;
			readonly name: string;
			readonly provider: Runtime;
			readonly threads?: number;
			readonly file: Uint8Array;
	  }
	| {
			readonly kind: 'run';
			readonly id: number;
			readonly session: string;
			readonly inputs: Tensors;
			/** Shared arrays that outputs are written into. */
			readonly into?: Tensors;
	  }
	| { readonly kind: 'close'; readonly id: number; readonly session: string }
	/** Releases everything and ends the thread. */
	| { readonly kind: 'end'; readonly id: number };

export type ThreadAnswer =
	| { readonly kind: 'opened'; readonly id: number; readonly inputs: TensorShapes; readonly outputs: TensorShapes }
	| { readonly kind: 'ran'; readonly id: number; readonly outputs: Tensors; readonly inferenceMs: number }
	| { readonly kind: 'done'; readonly id: number }
	/** An expected failure; anything else ends the thread. */
	| { readonly kind: 'failed'; readonly id: number; readonly error: ThreadFailure };

export interface ThreadFailure {
	readonly code: 'MODEL_INVALID' | 'INFERENCE_FAILED';
	/** Without the code, which the error made of it adds. */
	readonly message: string;
}
