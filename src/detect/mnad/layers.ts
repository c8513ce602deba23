import type { Tensor } from '../../nn/graph.ts';
import { conv2d } from '../../nn/ops/convolution.ts';
import { add } from '../../nn/ops/elementwise.ts';
import { broadcastTo, depthToSpace, reshape, spaceToDepth, transpose } from '../../nn/ops/layout.ts';
import { convolvePixels } from '../../nn/ops/pixel-convolution.ts';
import { upsampleNearest } from '../../nn/ops/pool.ts';

/** What the compact network is made of, in the layout that suits its use; values are the same but for rounding. */
export interface Layers {
	/** `[B, T, H, W]` → blocks of `block`×`block` pixels as channels, in this layout. */
	blocksOf(pictures: Tensor, block: number): Tensor;
	/** The reverse, to `[B, 1, H, W]`. */
	pictureOf(blocks: Tensor, block: number): Tensor;
	/** From `[B, C, h, w]` and back. */
	of(images: Tensor): Tensor;
	toImages(x: Tensor): Tensor;
	channelsOf(x: Tensor): number;
	/** 3×3, padded by 1. */
	conv(x: Tensor, weight: Tensor, bias: Tensor, stride: 1 | 2): Tensor;
	/** Twice as high and wide, and `skip` added where there is one. */
	enlarge(x: Tensor, skip: Tensor | undefined): Tensor;
}

/** `[B, C, h, w]`: weights that never change the runtime lays out in blocks as long as a vector. */
export const imageLayers: Layers = {
	blocksOf: spaceToDepth,
	pictureOf: depthToSpace,
	of: (images) => images,
	toImages: (x) => x,
	channelsOf: (x) => x.shape[1]!,
	conv: (x, weight, bias, stride) => conv2d(x, weight, { bias, stride, padding: 1 }),
	enlarge(x, skip) {
		const large = upsampleNearest(x, 2);
		return skip === undefined ? large : add(skip, large);
	},
};

/** `[h, w, B, C]`: to learn, convolutions and their gradients become products of matrices without moving anything. */
export const pixelLayers: Layers = {
	blocksOf(pictures, block) {
		const images = spaceToDepth(pictures, block); // [B, C, h, w]
		const [b, c, h, w] = images.shape as [number, number, number, number];
		// As a matrix: the runtime is slow at turning more axes, even where they stay side by side.
		return reshape(transpose(reshape(images, [b * c, h * w]), [1, 0]), [h, w, b, c]);
	},
	pictureOf(blocks, block) {
		const [h, w, b] = blocks.shape as [number, number, number];
		const split = reshape(blocks, [h, w, b, block, block]);
		return reshape(transpose(split, [2, 0, 3, 1, 4]), [b, 1, h * block, w * block]);
	},
	of: (images) => transpose(images, [2, 3, 0, 1]),
	toImages: (x) => transpose(x, [2, 3, 0, 1]),
	channelsOf: (x) => x.shape[3]!,
	conv: (x, weight, bias, stride) => convolvePixels(x, weight, { bias, stride }),
	enlarge(x, skip) {
		const [h, w, b, c] = x.shape as [number, number, number, number];
		// One axis after the other: so the gradients are sums along one axis, which are quick.
		const wide = reshape(broadcastTo(reshape(x, [h, w, 1, b * c]), [h, w, 2, b * c]), [h, 1, 2 * w * b * c]);
		const large = broadcastTo(wide, [h, 2, 2 * w * b * c]);
		const sum = skip === undefined ? large : add(reshape(skip, large.shape), large);
		return reshape(sum, [2 * h, 2 * w, b, c]);
	},
};
