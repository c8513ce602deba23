import type { HeadSpec } from '../detect/mnad/head.ts';
import type { MemorySpec } from '../detect/mnad/manifest.ts';
import type { NetworkSpec, Task } from '../detect/mnad/network.ts';
import type { SampleOptions } from './sampler.ts';

/** What a recipe is run with. */
export interface Settings {
	/** Input frames, T. */
	readonly inputs: number;
	readonly memory: MemorySpec;
	/** null where nothing is told about speed or place. */
	readonly head: HeadSpec | null;
	/** Windows in a step. */
	readonly batch: number;
	/** Side of a training picture where the footage is large enough, pixels. */
	readonly crop: number;
	/** Adam's rate at its highest. */
	readonly learningRate: number;
	readonly sampling: Omit<SampleOptions, 'inputs' | 'crop' | 'seen'>;
}

/**
 * The settings of a task and a network. Those of the published networks are the paper's where it states any (batch 4, Adam at
 * 2e-4 to predict and 2e-5 to reconstruct); memory and losses are this project's for all four, see
 * `docs/design/training.md`.
 * @param places whether it is to learn where things move, too
 */
export function settingsFor(task: Task, network: NetworkSpec, places: boolean): Settings {
	const common = { memory: { items: 16, temperature: 0.1 }, crop: 128 };
	switch (task) {
		case 'prediction': {
			const sampling = {
				skipShare: 1 / 3,
				strideMax: 4,
				patchShare: 0.25,
				transplantShare: places ? 0.3 : 0,
				glideShare: 0.4,
			};
			const head = { widths: [64, 32], position: places } satisfies HeadSpec;
			const rate = network.kind === 'paper' ? { batch: 4, learningRate: 2e-4 } : { batch: 8, learningRate: 8e-4 };
			return { ...common, ...rate, inputs: 4, head, sampling };
		}
		case 'reconstruction': {
			// A single frame has no speed.
			const sampling = { skipShare: 0, strideMax: 2, patchShare: 0, transplantShare: 0, glideShare: 0 };
			const rate = network.kind === 'paper' ? { batch: 4, learningRate: 2e-5 } : { batch: 8, learningRate: 8e-4 };
			return { ...common, ...rate, inputs: 1, head: null, sampling };
		}
	}
}
