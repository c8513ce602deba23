import { aborted } from '../core/aborted.ts';
import { systemClock } from '../core/clock.ts';
import { describeError, ForeframeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import { type InferenceThread, startInferenceThread } from './inference-thread.ts';
import type { Inferred, Network } from './network.ts';
import type { InferenceOptions, Runtime } from './options.ts';
import { cpuReference, type Placement, placement } from './placement.ts';
import { candidates, type Machine, reasonAgainst, thisMachine } from './providers.ts';
import { openScheduler } from './scheduler.ts';
import { checkTensors, type Tensors } from './tensors.ts';

/** Runs networks in threads of their own, samples of several cameras together. */
export interface Inference extends AsyncDisposable {
	/**
	 * Loads a network on the configured provider, or with `auto` on the best that agrees with the CPU.
	 * @throws ForeframeError MODEL_INVALID when the network is not what it says or does not load;
	 * PROVIDER_REFUSED when the configured provider cannot be used for it.
	 */
	load(network: Network): Promise<Model>;
	/**
	 * Returns when `signal` aborts.
	 * @throws ForeframeError INFERENCE_FAILED when a thread has died: nothing can be run any more.
	 */
	watch(signal: AbortSignal): Promise<void>;
}

export interface Model extends AsyncDisposable {
	readonly provider: string;
	/**
	 * Runs one sample, perhaps together with others of other callers. `inputs` stay the caller's but must not change before
	 * the result is there.
	 * @throws ForeframeError MODEL_INVALID when `inputs` do not fit; INFERENCE_FAILED when the thread or provider fails, or
	 * when more samples wait than there can be cameras.
	 */
	run(inputs: Tensors): Promise<Inferred>;
}

export interface InferenceContext {
	readonly observe: Observe;
	readonly machine?: Machine;
	/** Starts what `provider: tensorflow` runs in; it survives its process. */
	readonly startTensorFlow?: (options: { readonly node?: string | undefined }) => InferenceThread;
	/** For tests. */
	readonly startThread?: typeof startInferenceThread;
}

export async function openInference(options: InferenceOptions, context: InferenceContext): Promise<Inference> {
	const { observe, machine = thisMachine(), startThread = startInferenceThread } = context;
	const threads = Array.from({ length: options.threads }, () => startThread((error) => scheduler.fail(error)));
	let tensorFlow: InferenceThread | null = null;
	const scheduler = openScheduler({ deadlineMs: options.batchDeadlineMs, clock: systemClock, observe });
	const told = new Set<string>();
	let loads = 0;

	const threadsFor = (provider: Runtime): readonly InferenceThread[] => {
		// A GPU is one device, however many threads there are.
		if (provider !== 'tensorflow') return threads.slice(0, 1);
		tensorFlow ??= context.startTensorFlow?.({ node: options.tensorflowNode }) ?? null;
		if (tensorFlow !== null) return [tensorFlow];
		throw new ForeframeError('PROVIDER_REFUSED', 'TensorFlow.js is not available to this command');
	};

	const refuse = (network: Network, provider: string, reason: string) => {
		if (options.provider !== 'auto') {
			throw new ForeframeError('PROVIDER_REFUSED', `Running ${network.name} on ${provider} is not possible: ${reason}`);
		}
		// The same for every network and size is worth one line.
		if (!told.has(provider + reason)) observe({ kind: 'provider-refused', provider, reason });
		told.add(provider + reason);
	};

	const place = async (network: Network): Promise<Placement> => {
		let reference: Tensors | null = null;
		for (const provider of candidates(options.provider, machine)) {
			const prefix = `${++loads}`;
			// Without a batch of 1 on the CPU nothing runs anywhere: its failure is thrown as it is.
			if (provider === 'cpu') return opened(placement(network, provider, threads, prefix, null));
			const against = reasonAgainst(provider, options.provider === 'auto', machine);
			if (against !== null) {
				refuse(network, provider, against);
				continue;
			}
			reference ??= await cpuReference(network, threads[0]!, `${prefix}/cpu`);
			try {
				return await opened(placement(network, provider, threadsFor(provider), prefix, reference));
			} catch (error) {
				if (!isForeframeError(error, 'MODEL_INVALID', 'INFERENCE_FAILED', 'PROVIDER_REFUSED')) throw error;
				refuse(network, provider, describeError(error));
			}
		}
		throw new Error('The CPU is the last provider that auto tries');
	};

	return {
		load: async (network) => {
			checkTensors(`The self-test of ${network.name}`, network.inputs, network.selfTest);
			const placed = await place(network);
			observe({ kind: 'provider-chosen', provider: placed.provider, model: network.name, size: network.size });
			const lane = scheduler.add(network, placed, options.batchMax);
			return {
				provider: placed.provider,
				run: async (inputs) => {
					checkTensors(network.name, network.inputs, inputs);
					return lane.run(inputs);
				},
				[Symbol.asyncDispose]: () => lane[Symbol.asyncDispose](),
			};
		},
		watch: async (signal) => {
			const failure = await Promise.race([scheduler.failed, aborted(signal)]);
			if (failure !== undefined) throw failure;
		},
		[Symbol.asyncDispose]: async () => {
			scheduler.fail(new ForeframeError('INFERENCE_FAILED', 'The inference was closed'));
			const all = tensorFlow === null ? threads : [...threads, tensorFlow];
			await Promise.all(all.map((thread) => thread[Symbol.asyncDispose]()));
		},
	};
}

async function opened(placed: Placement): Promise<Placement> {
	try {
		await placed.open(1);
	} catch (error) {
		await placed.close();
		throw error;
	}
	return placed;
}
