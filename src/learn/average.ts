import type { TensorData } from '../onnx/tensors.ts';

/** The mean reaches back over about a tenth of the steps so far, at most this many. */
const STEPS_MAX = 300;

/** Moves the running mean of the weights towards those of step `step` (from 0). */
export function averageInto(
	mean: ReadonlyMap<string, Float32Array>,
	weights: Readonly<Record<string, TensorData>>,
	step: number,
): void {
	const newest = Math.max(1 / STEPS_MAX, 1 / (1 + step / 10));
	for (const [name, values] of mean) {
		const now = weights[name] as Float32Array;
		for (let index = 0; index < values.length; index++) {
			values[index] = values[index]! + newest * (now[index]! - values[index]!);
		}
	}
}
