import type { Graph, Tensor } from '../../nn/graph.ts';
import { heNormal, ones, zeros } from '../../nn/initialise.ts';
import { conv2d, convTranspose2d } from '../../nn/ops/convolution.ts';
import { add, divide, multiply, relu, square, squareRoot, subtract, tanh } from '../../nn/ops/elementwise.ts';
import { concat, reshape } from '../../nn/ops/layout.ts';
import { maxPool } from '../../nn/ops/pool.ts';
import { reduceMean } from '../../nn/ops/reduce.ts';
import type { NetworkMode, Task } from './network.ts';
import type { Network } from './network-compact.ts';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * The networks of the paper (Park, Noh, Ham, CVPR 2020, Fig. 2), for luma: four levels of two 3x3 convolutions with
 * batch normalisation, maximum pooling, transposed convolutions. To predict it has three skips past the memory; to
 * reconstruct none, and its transposed convolutions keep the width. 46 and 50 GMAC at 256x256 with `width` 64: for GPUs.
 */
export function paperNetwork(graph: Graph, width: number, task: Task, mode: NetworkMode): Network {
	const statistics = new Map<string, Tensor>();

	const conv = (name: string, x: Tensor, channels: number): Tensor => {
		const weight = graph.parameter(`${name}.weight`, [channels, x.shape[1]!, 3, 3], heNormal());
		return conv2d(x, weight, { bias: graph.parameter(`${name}.bias`, [channels], zeros()), padding: 1 });
	};
	const norm = (name: string, x: Tensor): Tensor => {
		const channels = x.shape[1]!;
		const perChannel = (tensor: Tensor): Tensor => reshape(tensor, [1, channels, 1, 1]);
		const scale = graph.parameter(`${name}.scale`, [channels], ones());
		const shift = graph.parameter(`${name}.shift`, [channels], zeros());
		const runningMean = graph.parameter(`${name}.mean`, [channels], zeros());
		const runningVariance = graph.parameter(`${name}.variance`, [channels], ones());
		let [mean, variance] = [runningMean, runningVariance]; // [channels]
		if (mode === 'training') {
			mean = reduceMean(x, { axes: [0, 2, 3] });
			variance = reduceMean(square(subtract(x, perChannel(mean))), { axes: [0, 2, 3] });
			const blend = (old: Tensor, now: Tensor) => add(multiply(old, 1 - MOMENTUM), multiply(now, MOMENTUM));
			statistics.set(`${name}.mean`, blend(runningMean, mean));
			statistics.set(`${name}.variance`, blend(runningVariance, variance));
		}
		const centred = subtract(x, perChannel(mean));
		const normal = divide(centred, perChannel(squareRoot(add(variance, EPSILON))));
		return add(multiply(normal, perChannel(scale)), perChannel(shift));
	};
	const block = (name: string, x: Tensor, channels: number): Tensor =>
		relu(norm(`${name}.norm`, conv(name, x, channels)));
	const level = (name: string, x: Tensor, channels: number): Tensor =>
		block(`${name}.2`, block(`${name}.1`, x, channels), channels);
	const up = (name: string, x: Tensor, channels: number): Tensor => {
		const weight = graph.parameter(
			`${name}.weight`,
			[x.shape[1]!, channels, 3, 3],
			heNormal({ fanIn: x.shape[1]! * 9 }),
		);
		const bias = graph.parameter(`${name}.bias`, [channels], zeros());
		return relu(norm(`${name}.norm`, convTranspose2d(x, weight, { bias, stride: 2, padding: 1, outputPadding: 1 })));
	};

	return {
		statistics,
		encode(inputs) {
			const skip1 = level('encode.1', inputs, width); // [B, w, H, W]
			const skip2 = level('encode.2', maxPool(skip1, { kernel: 2 }), width * 2); // [B, 2w, H/2, W/2]
			const skip3 = level('encode.3', maxPool(skip2, { kernel: 2 }), width * 4); // [B, 4w, H/4, W/4]
			const entry = block('encode.4.1', maxPool(skip3, { kernel: 2 }), width * 8); // [B, 8w, H/8, W/8]
			return {
				features: conv('encode.4.2', entry, width * 8),
				skips: task === 'prediction' ? [skip1, skip2, skip3] : [],
			};
		},
		decode(read, { skips }) {
			const deep = level('decode.4', read, width * 8); // [B, 8w, H/8, W/8]
			if (task === 'reconstruction') {
				const to3 = level('decode.3', up('decode.4.up', deep, width * 8), width * 4); // [B, 4w, H/4, W/4]
				const to2 = level('decode.2', up('decode.3.up', to3, width * 4), width * 2); // [B, 2w, H/2, W/2]
				const to1 = level('decode.1', up('decode.2.up', to2, width * 2), width); // [B, w, H, W]
				return tanh(conv('decode.1.3', to1, 1)); // [B, 1, H, W]
			}
			const [skip1, skip2, skip3] = skips as [Tensor, Tensor, Tensor];
			const at3 = concat([up('decode.4.up', deep, width * 4), skip3], 1); // [B, 8w, H/4, W/4]
			const at2 = concat([up('decode.3.up', level('decode.3', at3, width * 4), width * 2), skip2], 1); // [B, 4w, H/2, W/2]
			const at1 = concat([up('decode.2.up', level('decode.2', at2, width * 2), width), skip1], 1); // [B, 2w, H, W]
			return tanh(conv('decode.1.3', level('decode.1', at1, width), 1)); // [B, 1, H, W]
		},
	};
}
