import { ForeframeError } from '../core/errors.ts';

/** Values of a tensor, row-major; the array's class tells the element type. */
export type TensorData = Float32Array | Uint8Array | Int32Array | BigInt64Array;
export type Tensors = Readonly<Record<string, TensorData>>;

const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array } as const;
export type TensorType = keyof typeof ARRAYS;

export interface TensorShape {
	readonly type: TensorType;
	readonly shape: readonly number[];
}
export type TensorShapes = Readonly<Record<string, TensorShape>>;

export function allocate({ type, shape }: TensorShape): TensorData {
	return new ARRAYS[type](elementsOf(shape));
}

/** Of memory that other threads see too. */
export function allocateShared({ type, shape }: TensorShape): TensorData {
	const Values: { readonly BYTES_PER_ELEMENT: number; new (memory: SharedArrayBuffer): TensorData } = ARRAYS[type];
	return new Values(new SharedArrayBuffer(elementsOf(shape) * Values.BYTES_PER_ELEMENT));
}

/** The memory of the tensors that is not shared: where the arrays are views, all of it. */
export function transferable(tensors: Tensors): ArrayBuffer[] {
	return Object.values(tensors).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

export function elementsOf(shape: readonly number[]): number {
	return shape.reduce((product, side) => product * side, 1);
}

export function typeOf(data: TensorData): TensorType {
	if (data instanceof Float32Array) return 'float32';
	if (data instanceof Uint8Array) return 'uint8';
	if (data instanceof Int32Array) return 'int32';
	if (data instanceof BigInt64Array) return 'int64';
	data satisfies never;
	throw new RangeError(`Cannot use ${Object.prototype.toString.call(data)} as a tensor`);
}

/** The same tensors for `batchSize` samples at once. */
export function batched(shapes: TensorShapes, batchSize: number): TensorShapes {
	return Object.fromEntries(
		Object.entries(shapes).map(([name, { type, shape }]) => [name, { type, shape: [batchSize, ...shape] }]),
	);
}

/** @throws ForeframeError MODEL_INVALID unless `got` has exactly the wanted tensors. */
export function checkShapes(what: string, wanted: TensorShapes, got: Readonly<Record<string, unknown>>): void {
	for (const name of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
		const expected = describe(wanted[name]);
		const found = describe(got[name]);
		if (expected !== found) {
			throw new ForeframeError('MODEL_INVALID', `${what} has ${found} as "${name}": expected ${expected}`);
		}
	}
}

/** @throws ForeframeError MODEL_INVALID unless `tensors` are exactly those of `shapes`, by name, type and length. */
export function checkTensors(what: string, shapes: TensorShapes, tensors: Tensors): void {
	for (const name of new Set([...Object.keys(shapes), ...Object.keys(tensors)])) {
		const shape = shapes[name];
		const data = tensors[name];
		if (shape === undefined || data === undefined) {
			throw new ForeframeError(
				'MODEL_INVALID',
				`${what} got ${data === undefined ? 'no tensor' : 'a tensor'} "${name}": expected ${describe(shape)}`,
			);
		}
		if (typeOf(data) !== shape.type || data.length !== elementsOf(shape.shape)) {
			throw new ForeframeError(
				'MODEL_INVALID',
				`${what} got ${data.length} values of ${typeOf(data)} for "${name}": expected ${describe(shape)}`,
			);
		}
	}
}

function describe(value: unknown): string {
	if (value === undefined) return 'nothing';
	const { type, shape } = value as { readonly type: string; readonly shape: readonly unknown[] };
	return `${type} [${shape.join(', ')}]`;
}
