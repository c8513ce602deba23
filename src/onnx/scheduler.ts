import type { Clock } from '../core/clock.ts';
import { describeError, ForeframeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { MonotonicMs } from '../core/units.ts';
import { gather, scatter } from './batch.ts';
import { chooseBatch, type Lane, largestFitting } from './choose-batch.ts';
import type { InferenceThread } from './inference-thread.ts';
import type { Inferred, Network } from './network.ts';
import type { Placement } from './placement.ts';
import type { Tensors } from './tensors.ts';

/** A camera has one window on its way at most, so more than this is a fault. */
const WAITING_MAX = 1024;

/** Gathers the samples that wait for each network into batches and gives them to free threads. */
export interface Scheduler {
	/** Takes over a placement whose batch size 1 is open. */
	add(network: Network, placed: Placement, batchMax: number): ScheduledModel;
	/** Rejects all that waits and all that will come. */
	fail(error: ForeframeError): void;
	/** Resolves with the first failure that it was told or met: from then on nothing can be run. */
	readonly failed: Promise<ForeframeError>;
}

export interface ScheduledModel extends AsyncDisposable {
	run(inputs: Tensors): Promise<Inferred>;
}

interface Sample extends PromiseWithResolvers<Inferred> {
	readonly since: MonotonicMs;
	readonly inputs: Tensors;
}

interface ModelLane extends Lane {
	readonly network: Network;
	readonly placed: Placement;
	readonly waiting: Sample[];
	/** Batch sizes that are open. */
	sizes: readonly number[];
	/** Batch sizes that may be opened when they are wanted. */
	unopened: readonly number[];
}

export interface SchedulerContext {
	readonly deadlineMs: number;
	readonly clock: Clock;
	readonly observe: Observe;
}

export function openScheduler({ deadlineMs, clock, observe }: SchedulerContext): Scheduler {
	const lanes = new Set<ModelLane>();
	const busy = new Set<InferenceThread>();
	const failed = Promise.withResolvers<ForeframeError>();
	let failure: ForeframeError | null = null;
	let timer: NodeJS.Timeout | undefined;

	const tellLength = () => observe({ kind: 'inference-queue', length: waitingIn(lanes) });

	const fail = (error: ForeframeError) => {
		failure ??= error;
		failed.resolve(failure);
		clearTimeout(timer);
		for (const lane of lanes) for (const sample of lane.waiting.splice(0)) sample.reject(failure);
	};

	const pump = () => {
		clearTimeout(timer);
		for (;;) {
			const choice = chooseBatch(lanes, clock.monotonicNow(), deadlineMs);
			if (choice.kind === 'wait') timer = setTimeout(pump, choice.forMs);
			if (choice.kind !== 'run') return;
			openLarger(choice.lane);
			void execute(choice.lane, choice.batchSize);
		}
	};

	const execute = async ({ network, placed, waiting }: ModelLane, batchSize: number) => {
		const thread = placed.threads.find((candidate) => !busy.has(candidate))!;
		const samples = waiting.splice(0, batchSize);
		busy.add(thread);
		tellLength();
		try {
			const inputs = gather(
				network.inputs,
				samples.map((sample) => sample.inputs),
			);
			const { outputs, inferenceMs } = await thread.run(placed.session(batchSize), inputs);
			for (const [index, sampleOutputs] of scatter(outputs, batchSize).entries()) {
				samples[index]!.resolve({ outputs: sampleOutputs, inferenceMs, batchSize });
			}
		} catch (error) {
			for (const sample of samples) sample.reject(error);
		}
		busy.delete(thread);
		pump();
	};

	/** Sizes are opened when first wanted: a box with one camera never needs the large ones. */
	const openLarger = (lane: ModelLane) => {
		const wanted = largestFitting(lane.unopened, lane.waiting.length);
		if (!lane.unopened.includes(wanted)) return;
		lane.unopened = lane.unopened.filter((size) => size !== wanted);
		lane.placed.open(wanted).then(
			async () => {
				if (!lanes.has(lane)) return lane.placed.close();
				lane.sizes = [...lane.sizes, wanted].sort((a, b) => a - b);
			},
			(error: unknown) => {
				// The smaller ones go on: a device may have no room for this one. A thread that died tells it by itself.
				if (isForeframeError(error, 'PROVIDER_REFUSED', 'MODEL_INVALID', 'INFERENCE_FAILED')) {
					observe({ kind: 'provider-refused', provider: lane.placed.provider, reason: describeError(error) });
				} else if (lanes.has(lane)) {
					const message = `Opening ${lane.network.name} for batches of ${wanted} failed`;
					fail(new ForeframeError('INFERENCE_FAILED', message, { cause: error }));
				}
			},
		);
	};

	return {
		fail,
		failed: failed.promise,
		add: (network, placed, batchMax) => {
			const unopened = network.batchSizes.filter((size) => size > 1 && size <= batchMax).sort((a, b) => a - b);
			const lane: ModelLane = {
				network,
				placed,
				waiting: [],
				sizes: [1],
				unopened,
				batchMax: unopened.at(-1) ?? 1,
				get free() {
					return placed.threads.some((thread) => !busy.has(thread));
				},
			};
			lanes.add(lane);
			const closedError = () => new ForeframeError('INFERENCE_FAILED', `${network.name} was closed`);
			return {
				run: (inputs) => {
					if (failure !== null) throw failure;
					if (!lanes.has(lane)) throw closedError();
					if (waitingIn(lanes) >= WAITING_MAX) {
						throw new ForeframeError(
							'INFERENCE_FAILED',
							`Running ${network.name} is not possible: ${WAITING_MAX} samples wait already`,
						);
					}
					const sample: Sample = { since: clock.monotonicNow(), inputs, ...Promise.withResolvers<Inferred>() };
					lane.waiting.push(sample);
					tellLength();
					pump();
					return sample.promise;
				},
				[Symbol.asyncDispose]: async () => {
					lanes.delete(lane);
					for (const sample of lane.waiting.splice(0)) sample.reject(closedError());
					if (failure === null) await placed.close();
				},
			};
		},
	};
}

function waitingIn(lanes: Iterable<ModelLane>): number {
	let count = 0;
	for (const { waiting } of lanes) count += waiting.length;
	return count;
}
