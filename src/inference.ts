import type { Observe } from './core/events.ts';
import { type Inference, openInference } from './onnx/inference.ts';
import type { InferenceOptions } from './onnx/options.ts';
import { startTensorFlow } from './tensorflow/tensorflow.ts';

/** Inference with every runtime there is. */
export function openRuntimes(options: InferenceOptions, observe: Observe): Promise<Inference> {
	return openInference(options, { observe, startTensorFlow });
}
