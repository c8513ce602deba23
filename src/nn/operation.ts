/**
 * Every node of a graph is one of these. Anything else (losses, normalisations, optimisers, gradients) is built from
 * them, so that emission, interpretation and differentiation have one case for each kind and no more.
 */
export type Operation =
	| { readonly kind: 'input'; readonly name: string }
	| { readonly kind: 'parameter'; readonly name: string }
	| { readonly kind: 'constant'; readonly data: TensorData }
	| { readonly kind: 'unary'; readonly name: UnaryName }
	| { readonly kind: 'leakyRelu'; readonly slope: number }
	| { readonly kind: 'clip'; readonly low: number; readonly high: number }
	| { readonly kind: 'binary'; readonly name: BinaryName }
	| { readonly kind: 'compare'; readonly name: CompareName }
	| { readonly kind: 'where' }
	| { readonly kind: 'cast'; readonly to: DType }
	| { readonly kind: 'detach' }
	| { readonly kind: 'softmax'; readonly axis: number }
	| { readonly kind: 'matmul'; readonly transposeRight: boolean }
	| ({ readonly kind: 'convolution' } & ConvolutionGeometry)
	| ({ readonly kind: 'transposedConvolution' } & ConvolutionGeometry)
	| ({ readonly kind: 'pool'; readonly name: 'max' | 'average' } & PoolGeometry)
	| { readonly kind: 'upsample'; readonly factors: readonly number[] }
	| { readonly kind: 'reshape'; readonly shape: readonly number[] }
	| { readonly kind: 'transpose'; readonly order: readonly number[] }
	| { readonly kind: 'expand'; readonly shape: readonly number[] }
	| { readonly kind: 'concat'; readonly axis: number }
	| {
			readonly kind: 'slice';
			/** One per axis; `steps` may be negative, then `ends` may be -1 for "through element 0". */
			readonly starts: readonly number[];
			readonly ends: readonly number[];
			readonly steps: readonly number[];
	  }
	| {
			readonly kind: 'pad';
			readonly before: readonly number[];
			readonly after: readonly number[];
			readonly value: number;
	  }
	| {
			readonly kind: 'reduce';
			readonly name: ReduceName;
			readonly axes: readonly number[];
			readonly keepAxes: boolean;
	  }
	| { readonly kind: 'argument'; readonly name: 'max' | 'min'; readonly axis: number }
	| { readonly kind: 'topK'; readonly count: number; readonly axis: number; readonly largest: boolean }
	| { readonly kind: 'gather'; readonly axis: number }
	| { readonly kind: 'gatherElements'; readonly axis: number }
	| { readonly kind: 'gridSample'; readonly padding: 'zeros' | 'border'; readonly alignCorners: boolean };

export type DType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export type UnaryName =
	| 'negate'
	| 'exponential'
	| 'logarithm'
	| 'squareRoot'
	| 'absolute'
	| 'sign'
	| 'relu'
	| 'sigmoid'
	| 'tanh';
export type BinaryName = 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'minimum' | 'maximum';
export type CompareName = 'equal' | 'greater' | 'less' | 'greaterOrEqual' | 'lessOrEqual';
export type ReduceName = 'sum' | 'mean' | 'max' | 'min';

/** All lists have one entry per spatial axis (two for images, three for clips). */
export interface ConvolutionGeometry {
	readonly strides: readonly number[];
	readonly padBefore: readonly number[];
	readonly padAfter: readonly number[];
	readonly dilations: readonly number[];
	readonly groups: number;
	/** Transposed convolution only: rows and columns added at the end; zeros otherwise. */
	readonly outputPadding: readonly number[];
}

export interface PoolGeometry {
	readonly kernel: readonly number[];
	readonly strides: readonly number[];
	readonly padBefore: readonly number[];
	readonly padAfter: readonly number[];
}
