import {
	add,
	averagePool,
	clip,
	divide,
	exponential,
	logarithm,
	matmul,
	maximum,
	multiply,
	negate,
	reduceMean,
	reduceSum,
	reshape,
	squareRoot,
	subtract,
	type Tensor,
	topK,
} from '../../nn/nn.ts';
import { PATCHES, patchStarts } from '../parts/patch-error.ts';
import { PSNR_MAX } from '../parts/psnr.ts';

/** Of the patches that moved fastest this many count. */
export const FASTEST = 8;
/** Share of a patch that has to move before its mean speed counts in full. */
const MOVING_SHARE = 0.05;
/** Of the cells with the highest odds this many count, each with its neighbours. */
export const ODDEST = 4;
/** Of a cell that is not watched: no head says as little. */
export const LOGIT_MIN = -50;
/** Of the queries least like any item this many count. */
const FARTHEST = 16;

/** As `worstPatchError` of `parts/`, from squared errors `[B, 1, H, W]`. `[B]` */
export function patchChannel(squared: Tensor): Tensor {
	const patches = patchMeans(squared); // [B, P]
	return reduceMean(topK(patches, Math.min(PATCHES.worst, patches.shape[1]!), 1).values, { axes: [1] });
}

/** Minus the PSNR in dB, peak 1, of the pixels that are watched: squared errors, 0 elsewhere, and 1 or 0 `[B, 1, H, W]` → `[B]` */
export function psnrChannel(squared: Tensor, watched: Tensor): Tensor {
	const share = maximum(reduceMean(watched, { axes: [1, 2, 3] }), 1e-6); // [B]
	const mean = divide(reduceMean(squared, { axes: [1, 2, 3] }), share); // [B]
	return multiply(logarithm(maximum(mean, 10 ** (-PSNR_MAX / 10))), 10 / Math.LN10);
}

/** Eq. 12–13 as printed: mean of the un-squared error, weighted by W = 1 - exp(-error). Errors `[B, 1, H, W]` → `[B]` */
export function regularPaper(errors: Tensor): Tensor {
	return selfWeightedMean(errors);
}

/** The same with the squared error throughout, as in the authors' code; a scale of its own. `[B]` */
export function regularCode(squared: Tensor): Tensor {
	return selfWeightedMean(squared);
}

/** Mean distance to the nearest item of the queries farthest from theirs; squared distances `[B, K]` → `[B]` */
export function distanceChannel(squaredDistances: Tensor): Tensor {
	const count = Math.min(FARTHEST, squaredDistances.shape[1]!);
	return reduceMean(squareRoot(maximum(topK(squaredDistances, count, 1).values, 1e-12)), { axes: [1] });
}

/** Mean speed, pixels a frame, of every patch of the grid of `parts/patch-error`. `[B, P]` */
export function patchSpeeds({ speed, moved }: { readonly speed: Tensor; readonly moved: Tensor }): Tensor {
	return divide(patchMeans(speed), add(patchMeans(moved), MOVING_SHARE));
}

/** Mean of the patches that moved fastest, from `patchSpeeds` `[B, P]`. `[B]` */
export function motionChannel(speeds: Tensor): Tensor {
	return reduceMean(topK(speeds, Math.min(FASTEST, speeds.shape[1]!), 1).values, { axes: [1] });
}

/** Mean logarithm of the odds of the oddest places, of the cells that are watched; both `[B, 1, h, w]` → `[B]` */
export function oddityChannel(logits: Tensor, watched: Tensor): Tensor {
	const near = { kernel: 3, stride: 1, padding: 1, countPadding: false } as const;
	const share = maximum(averagePool(watched, near), 1e-6); // [B, 1, h, w]
	const around = divide(averagePool(multiply(logits, watched), near), share); // [B, 1, h, w]
	const counted = add(multiply(around, watched), multiply(subtract(1, watched), LOGIT_MIN)); // [B, 1, h, w]
	const cells = reshape(counted, [logits.shape[0]!, -1]); // [B, K]
	return reduceMean(topK(cells, Math.min(ODDEST, cells.shape[1]!), 1).values, { axes: [1] });
}

function selfWeightedMean(errors: Tensor): Tensor {
	const weights = subtract(1, exponential(negate(errors))); // [B, 1, H, W]
	const weighted = reduceSum(multiply(weights, errors), { axes: [1, 2, 3] }); // [B]
	return divide(weighted, maximum(reduceSum(weights, { axes: [1, 2, 3] }), 1e-12));
}

/** Mean of every patch of the grid of `parts/patch-error`: two products with matrices of ones and zeros. `[B, 1, H, W]` → `[B, P]` */
function patchMeans(x: Tensor): Tensor {
	const [b, , h, w] = x.shape as [number, number, number, number];
	const rows = membership(x, h); // [R, H]
	const columns = membership(x, w); // [S, W]
	const picture = reshape(x, [b, h, w]);
	const sums = matmul(rows, matmul(picture, columns, { transposeRight: true })); // [B, R, S]
	const area = Math.min(PATCHES.side, h) * Math.min(PATCHES.side, w);
	return reshape(clip(divide(sums, area), 0, Number.MAX_SAFE_INTEGER), [b, -1]);
}

/** 1 where a pixel of a line lies in a patch's span. `[spans, extent]` */
function membership({ graph }: Tensor, extent: number): Tensor {
	const side = Math.min(PATCHES.side, extent);
	const starts = patchStarts(extent, PATCHES.side, PATCHES.step);
	const ones = starts.flatMap((start) =>
		Array.from({ length: extent }, (_, pixel) => (pixel >= start && pixel < start + side ? 1 : 0)),
	);
	return graph.constant(ones, [starts.length, extent]);
}
