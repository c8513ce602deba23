/** Everything to build and differentiate a network; emission and interpretation are in their own folders. */
export { type AdamOptions, adam, flatten, type Training } from './adam.ts';
export { differentiate } from './differentiate.ts';
export { type DType, Graph, type Parameter, type Tensor } from './graph.ts';
export { GraphError } from './graph-error.ts';
export * from './initialise.ts';
export * from './losses.ts';
export * from './memory-losses.ts';
export * from './normalise.ts';
export * from './ops/convolution.ts';
export * from './ops/elementwise.ts';
export * from './ops/layout.ts';
export * from './ops/pixel-convolution.ts';
export * from './ops/pool.ts';
export * from './ops/reduce.ts';
export * from './ops/select.ts';
