import { allocate, batched, type TensorData, type TensorShapes, type Tensors } from './tensors.ts';

/** Samples behind one another in new arrays, sample by sample along a new first axis. */
export function gather(shapes: TensorShapes, samples: readonly Tensors[]): Record<string, TensorData> {
	const batch: Record<string, TensorData> = {};
	for (const [name, shape] of Object.entries(batched(shapes, samples.length))) {
		const whole = allocate(shape);
		const length = whole.length / samples.length;
		for (const [index, sample] of samples.entries()) put(whole, sample[name]!, index * length);
		batch[name] = whole;
	}
	return batch;
}

/** A batch's outputs sample by sample, each in arrays of its own. */
export function scatter(batch: Tensors, batchSize: number): Record<string, TensorData>[] {
	return Array.from({ length: batchSize }, (_, index) =>
		Object.fromEntries(
			Object.entries(batch).map(([name, whole]) => {
				if (batchSize === 1) return [name, whole];
				const length = whole.length / batchSize;
				// A copy, or one camera's memory would keep the whole batch from being freed.
				return [name, whole.slice(index * length, (index + 1) * length)];
			}),
		),
	);
}

function put(whole: TensorData, part: TensorData, at: number): void {
	if (whole instanceof BigInt64Array) whole.set(part as BigInt64Array, at);
	else whole.set(part as Exclude<TensorData, BigInt64Array>, at);
}
