import type { Recipe, RecipeOptions } from '../../src/learn/mnad-recipe.ts';
import type { TensorData } from '../../src/onnx/tensors.ts';
import { unitItems } from './mnad-model.ts';
import { seededRandom } from './random.ts';

/**
 * All that a recipe's first step takes, every window with pictures of its own.
 * @param windows which of the windows stands in each place of the batch; each in its own unless told
 */
export function trainingBatch(
	{ graph, training }: Recipe,
	{ batch }: Pick<RecipeOptions, 'batch'>,
	windows: readonly number[] = Array.from({ length: batch }, (_, place) => place),
): Record<string, TensorData> {
	const random = seededRandom(4);
	const sizeOf = (name: string) => graph.inputs.get(name)!.shape.reduce((size, extent) => size * extent, 1);
	const drawn: Record<string, TensorData> = {
		frames: Uint8Array.from({ length: sizeOf('frames') }, (_, index) => 128 + 80 * Math.sin(index / 5) + 40 * random()),
		plain: Float32Array.from({ length: batch }, (_, place) => (place === 1 ? 0 : 1)),
	};
	if (graph.inputs.has('odd')) {
		drawn['odd'] = Float32Array.from({ length: sizeOf('odd') }, () => [0, 0.5, 1][Math.floor(3 * random())]!);
		drawn['position'] = Float32Array.from({ length: sizeOf('position') }, () => 2 * random() - 1);
	}
	const given = Object.entries(drawn).map(([name, values]): [string, TensorData] => {
		const size = values.length / batch;
		const placed = values.slice();
		for (const [place, window] of windows.entries()) {
			placed.set(values.subarray(window * size, (window + 1) * size) as never, place * size);
		}
		return [name, placed];
	});
	const [items, length] = graph.inputs.get('memory')!.shape;
	return {
		...Object.fromEntries(given),
		memory: unitItems(items!, length!, 1),
		learningRate: Float32Array.of(1e-3),
		...Object.fromEntries(graph.initialParameters(2)),
		...Object.fromEntries(training.initialState()),
	};
}
