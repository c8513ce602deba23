import type { Graph, Tensor } from '../../nn/graph.ts';
import { heNormal, zeros } from '../../nn/initialise.ts';
import { add, relu } from '../../nn/ops/elementwise.ts';
import { slice } from '../../nn/ops/layout.ts';
import { imageLayers, pixelLayers } from './layers.ts';
import type { NetworkMode, Task } from './network.ts';

export interface Encoded {
	/** What the queries are made of, before normalisation. `[B, C, H/8, W/8]` */
	readonly features: Tensor;
	/** What goes to the decoder past the memory, finest first. */
	readonly skips: readonly Tensor[];
}

export interface Network {
	/** `inputs` `[B, T, H, W]` in [-1, 1] */
	encode(inputs: Tensor): Encoded;
	/** `read` `[B, 2C, H/8, W/8]`: queries, then what the memory answered → prediction `[B, 1, H, W]` */
	decode(read: Tensor, encoded: Encoded, inputs: Tensor): Tensor;
	/** Running statistics after a training step: parameter name → new value. Empty without batch normalisation. */
	readonly statistics: ReadonlyMap<string, Tensor>;
}

const BLOCK = 4;

/**
 * MNAD's encoder, memory and decoder at a sixtieth of its cost: blocks of 4x4 pixels become channels first, so that the two
 * finest levels are never computed. Predicts the change from the last input, which is all there is to predict where
 * nothing moves. To reconstruct, it has neither the skip nor the last input: both would hand over the answer.
 */
export function compactNetwork(
	graph: Graph,
	[fine, coarse]: readonly [number, number],
	task: Task,
	mode: NetworkMode,
): Network {
	const layers = mode === 'training' ? pixelLayers : imageLayers;
	const conv = (
		name: string,
		x: Tensor,
		channels: number,
		{ stride = 1, gain = Math.SQRT2 }: { stride?: 1 | 2; gain?: number } = {},
	): Tensor => {
		const weight = graph.parameter(`${name}.weight`, [channels, layers.channelsOf(x), 3, 3], heNormal({ gain }));
		return layers.conv(x, weight, graph.parameter(`${name}.bias`, [channels], zeros()), stride);
	};
	// Shapes are those of images, [B, C, h, w]; to learn, `layers` lays them out as it likes.
	return {
		statistics: new Map(),
		encode(inputs) {
			const blocks = layers.blocksOf(inputs, BLOCK); // [B, 16T, H/4, W/4]
			const entry = relu(conv('encode.fine.1', blocks, fine)); // [B, fine, H/4, W/4]
			const skip = relu(conv('encode.fine.2', entry, fine)); // [B, fine, H/4, W/4]
			const down = relu(conv('encode.coarse.1', skip, coarse, { stride: 2 })); // [B, C, H/8, W/8]
			const features = conv('encode.coarse.2', down, coarse, { gain: 1 }); // [B, C, H/8, W/8]
			return { features: layers.toImages(features), skips: task === 'prediction' ? [skip] : [] };
		},
		decode(read, { skips }, inputs) {
			const mixed = relu(conv('decode.coarse.1', layers.of(read), coarse)); // [B, C, H/8, W/8]
			const deep = relu(conv('decode.coarse.2', mixed, coarse)); // [B, C, H/8, W/8]
			const narrowed = relu(conv('decode.coarse.3', deep, fine)); // [B, fine, H/8, W/8]
			const joined = layers.enlarge(narrowed, skips[0]); // [B, fine, H/4, W/4]
			const fused = relu(conv('decode.fine.1', joined, fine)); // [B, fine, H/4, W/4]
			const refined = relu(conv('decode.fine.2', fused, fine)); // [B, fine, H/4, W/4]
			// A prediction begins near zero change: the last input is already a good one.
			const gain = task === 'reconstruction' ? 1 : 0.05;
			const blocks = conv('decode.fine.3', refined, BLOCK * BLOCK, { gain }); // [B, 16, H/4, W/4]
			const picture = layers.pictureOf(blocks, BLOCK); // [B, 1, H, W]
			if (task === 'reconstruction') return picture;
			const last = slice(inputs, { axis: 1, start: inputs.shape[1]! - 1 }); // [B, 1, H, W]
			return add(last, picture);
		},
	};
}
