import { fileURLToPath } from 'node:url';
import type { Detector } from './detect/detector.ts';
import { openLinearExtrapolation } from './detect/linear-extrapolation/linear-extrapolation.ts';
import { findModel } from './detect/mnad/find-model.ts';
import { openMnad } from './detect/mnad/mnad.ts';
import type { MnadModel } from './detect/mnad/model.ts';
import type { DetectorOptions } from './detect/options.ts';
import type { Inference } from './onnx/inference.ts';

export const SHIPPED_MODELS = fileURLToPath(new URL('../models', import.meta.url));

/** The detectors in use: each opened once, shared by all cameras that ask for the same. */
export interface Detectors extends AsyncDisposable {
	/** @throws ForeframeError MODEL_INVALID */
	open(options: DetectorOptions, framesPerSecond: number | null): Promise<OpenedDetector>;
	/** To be called once for what one `open` gave: what nobody uses any more is closed. */
	close(opened: OpenedDetector): Promise<void>;
}

export interface OpenedDetector {
	readonly detector: Detector;
	/** null where nothing was learned. */
	readonly model: MnadModel | null;
}

export function openDetectors(inference: Inference): Detectors {
	const opened = new Map<string, { readonly opened: OpenedDetector; users: number }>();
	const once = (key: string, open: () => OpenedDetector): OpenedDetector => {
		const known = opened.get(key) ?? { opened: open(), users: 0 };
		known.users++;
		opened.set(key, known);
		return known.opened;
	};
	return {
		open: async (options, framesPerSecond) => {
			switch (options.name) {
				case 'linear-extrapolation':
					return once(options.name, () => ({ detector: openLinearExtrapolation(), model: null }));
				case 'mnad': {
					const { memory } = options;
					const model = await findModel(options.model, framesPerSecond, SHIPPED_MODELS);
					const key = `mnad ${memory} ${model.manifest.id} ${model.manifest.sha256}`;
					return once(key, () => ({ detector: openMnad({ model, memory, inference }), model }));
				}
			}
		},
		close: async (given) => {
			const [key, known] = [...opened].find(([, { opened }]) => opened === given) ?? [];
			if (key === undefined || known === undefined || --known.users > 0) return;
			opened.delete(key);
			await given.detector[Symbol.asyncDispose]();
		},
		[Symbol.asyncDispose]: async () => {
			for (const { opened: one } of opened.values()) await one.detector[Symbol.asyncDispose]();
		},
	};
}
