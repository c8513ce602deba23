import './no-telemetry.ts';

import * as ort from 'onnxruntime-node';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Provider } from './options.ts';
import { runtimeReason } from './runtime-reason.ts';
import { allocate, type TensorData, type TensorShape, type TensorShapes, type Tensors, typeOf } from './tensors.ts';

export interface SessionOptions {
	/** Said in errors. */
	readonly name: string;
	/** Cores one run may use. */
	readonly threads?: number;
	readonly provider?: Provider;
}

/** A network in this process. A run blocks its thread: the daemon runs sessions in inference threads only. */
export interface Session extends AsyncDisposable {
	readonly inputs: TensorShapes;
	readonly outputs: TensorShapes;
	/**
	 * Runs the network once. Nothing is copied on the way in or out: outputs are written straight into the arrays of
	 * `into`, or into new ones, and may be given back as inputs of the next run. The arrays of `into` must not be inputs of
	 * the same run; two sets that change places make a loop without allocation.
	 * @throws ForeframeError INFERENCE_FAILED
	 */
	run(inputs: Tensors, into?: Tensors): Promise<Record<string, TensorData>>;
}

/**
 * Loads an ONNX file whose shapes are all static.
 * @throws ForeframeError MODEL_INVALID when the runtime or provider does not take it.
 */
export async function openSession(onnx: Uint8Array, options: SessionOptions): Promise<Session> {
	const { name, threads = 1, provider = 'cpu' } = options;
	const session = await load(onnx, name, threads, provider);
	const inputs = shapesOf(name, session.inputMetadata);
	const outputs = shapesOf(name, session.outputMetadata);
	return {
		inputs,
		outputs,
		run: async (tensors, into = {}) => {
			const results: Record<string, TensorData> = {};
			for (const [output, shape] of Object.entries(outputs)) results[output] = into[output] ?? allocate(shape);
			try {
				await session.run(wrap(tensors, inputs), wrap(results, outputs));
			} catch (error) {
				throw new ForeframeError('INFERENCE_FAILED', `Running ${name} on ${provider} failed`, { cause: error });
			}
			return results;
		},
		[Symbol.asyncDispose]: () => session.release(),
	};
}

async function load(
	onnx: Uint8Array,
	name: string,
	threads: number,
	provider: Provider,
): Promise<ort.InferenceSession> {
	ort.env.logLevel = 'error';
	try {
		return await ort.InferenceSession.create(onnx, {
			executionProviders: [{ name: provider }],
			intraOpNumThreads: threads,
			interOpNumThreads: 1,
			executionMode: 'sequential',
			logSeverityLevel: 3,
			// Spinning threads burn a core that other cameras need.
			extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
		});
	} catch (error) {
		const reason = runtimeReason(describeError(error));
		throw new ForeframeError('MODEL_INVALID', `Loading ${name} on ${provider} failed: ${reason}`, { cause: error });
	}
}

function shapesOf(name: string, metadata: readonly ort.InferenceSession.ValueMetadata[]): TensorShapes {
	return Object.fromEntries(metadata.map((value) => [value.name, shapeOf(name, value)]));
}

function shapeOf(model: string, value: ort.InferenceSession.ValueMetadata): TensorShape {
	if (!value.isTensor) throw new ForeframeError('MODEL_INVALID', `${model} has "${value.name}", which is no tensor`);
	const { type } = value;
	const shape = value.shape.filter((side) => typeof side === 'number');
	if (shape.length !== value.shape.length) {
		throw new ForeframeError(
			'MODEL_INVALID',
			`${model} has "${value.name}" of shape [${value.shape.join(', ')}]: expected numbers only`,
		);
	}
	if (type !== 'float32' && type !== 'uint8' && type !== 'int32' && type !== 'int64') {
		throw new ForeframeError(
			'MODEL_INVALID',
			`${model} has "${value.name}" of type ${type}: expected float32, uint8, int32 or int64`,
		);
	}
	return { type, shape };
}

function wrap(tensors: Tensors, shapes: TensorShapes): Record<string, ort.Tensor> {
	return Object.fromEntries(
		Object.entries(tensors).map(([name, data]) => [name, new ort.Tensor(typeOf(data), data, shapes[name]?.shape)]),
	);
}
