import { emitOnnx } from '../nn/onnx/emit.ts';
import { openSession, type Session } from '../onnx/session.ts';
import type { TensorData } from '../onnx/tensors.ts';
import { averageInto } from './average.ts';
import { reviveItems, startMemory } from './items.ts';
import { mnadRecipe, type RecipeOptions } from './mnad-recipe.ts';
import { seededRandom } from './random.ts';
import { type Batch, type Clip, type SampleOptions, sampleBatch } from './sampler.ts';

/** How long to learn; steps give the same result on the same machine, minutes end in time. */
export type Duration =
	| { readonly kind: 'steps'; readonly steps: number }
	| { readonly kind: 'minutes'; readonly minutes: number };

export interface TrainRequest {
	readonly recipe: RecipeOptions;
	readonly sampling: Pick<SampleOptions, 'skipShare' | 'strideMax'>;
	/** Footage of what is normal. */
	readonly clips: readonly Clip[];
	/** Footage that is not learned from; on it the error is told and the best weights are chosen. */
	readonly heldOut: readonly Clip[];
	readonly duration: Duration;
	/** Adam's rate at its highest: reached after a short warm-up, then falling to zero along a cosine. */
	readonly learningRate: number;
	readonly seed: number;
	readonly threads: number;
	readonly signal: AbortSignal;
	readonly progress: (progress: TrainProgress) => void;
}

export interface TrainProgress {
	readonly step: number;
	/** 0..1 */
	readonly done: number;
	readonly samplesPerSecond: number;
	readonly secondsLeft: number;
	/** Running means of the recipe's terms. */
	readonly terms: Readonly<Record<string, number>>;
	/** Mean squared error on held-out windows, [0,1] luma, when last looked at; null before. */
	readonly heldOutError: number | null;
	/** Share of the queries by memory item. */
	readonly usage: Float32Array;
}

export interface Trained {
	readonly parameters: ReadonlyMap<string, Float32Array>;
	/** `[M, C]` */
	readonly memory: Float32Array;
	readonly steps: number;
	readonly minutes: number;
	readonly heldOutError: number;
}

const WARM_UP_STEPS = 100;
const HELD_OUT_BATCHES = 12;
const HELD_OUT_LOOKS = 20;
const TOLD_EVERY = 10;
/** Weight of the newest step in what is told. */
const NEWEST = 0.02;

/**
 * Learns from scratch. The weights that come back are a running mean over the last steps (Polyak and Juditsky, 1992), as they
 * were when the held-out error was lowest.
 * @throws the signal's reason when it aborts.
 */
export async function train(request: TrainRequest): Promise<Trained> {
	const { recipe: options, clips, heldOut, seed, threads, signal } = request;
	const recipe = mnadRecipe(options);
	const random = seededRandom(seed);
	await using session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), {
		name: 'learning',
		threads,
	});
	await using examiner = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs', outputs: ['error'] }), {
		name: 'held-out',
		threads,
	});
	const sampling = { ...request.sampling, frames: options.inputs + 1, crop: options.crop };
	const examination = examOf(heldOut, options, sampling);

	const learned = new Map(recipe.graph.initialParameters(seed));
	const averaged = new Map([...learned].map(([name, values]) => [name, values.slice()]));
	const state: Record<string, TensorData> = {
		...Object.fromEntries(learned),
		...Object.fromEntries(recipe.training.initialState()),
	};
	let spare: Record<string, TensorData> = {};
	let memory = startMemory(recipe.graph.inputs.get('memory')!.shape, random);
	const usage = new Float32Array(options.memory.items).fill(1 / options.memory.items);
	const terms: Record<string, number> = {};
	let best: {
		readonly error: number;
		readonly parameters: Map<string, Float32Array>;
		readonly memory: Float32Array;
	} | null = null;
	let heldOutError: number | null = null;
	let looks = 0;

	const startedAt = performance.now();
	const elapsed = () => performance.now() - startedAt;
	let step = 0;
	let done = 0;
	while (done < 1) {
		signal.throwIfAborted();
		const batch = sampleBatch(clips, options.batch, sampling, random);
		const rate =
			request.learningRate * Math.min(1, (step + 1) / WARM_UP_STEPS) * (0.5 + 0.5 * Math.cos(Math.PI * done));
		const outputs = await session.run({ ...batch, memory, learningRate: Float32Array.of(rate), ...state }, spare);
		// What was handed in is written over by the step after the next: two sets change places.
		spare = { ...outputs };
		for (const name of Object.keys(state)) {
			const next = `next:${name}`;
			spare[next] = state[name]!;
			state[name] = outputs[next]!;
		}
		spare['newMemory'] = memory;
		memory = outputs['newMemory'] as Float32Array;
		averageInto(averaged, state, step);
		follow(usage, outputs['usage'] as Float32Array);
		reviveItems(memory, usage, outputs['queries'] as Float32Array, random);
		for (const term of recipe.terms) {
			const value = (outputs[term] as Float32Array)[0]!;
			terms[term] = terms[term] === undefined ? value : terms[term] * (1 - NEWEST) + value * NEWEST;
		}
		step++;
		done = doneOf(request.duration, step, elapsed());
		if (done >= (looks + 1) / HELD_OUT_LOOKS) {
			looks = Math.floor(done * HELD_OUT_LOOKS);
			heldOutError = await examine(examiner, examination, averaged, memory);
			if (heldOutError < (best?.error ?? Number.POSITIVE_INFINITY)) {
				const parameters = new Map([...averaged].map(([name, values]) => [name, values.slice()]));
				best = { error: heldOutError, parameters, memory: memory.slice() };
			}
		}
		if (step % TOLD_EVERY === 0 || done >= 1) {
			const samplesPerSecond = (step * options.batch * 1000) / elapsed();
			const secondsLeft = ((elapsed() / done) * (1 - done)) / 1000;
			request.progress({ step, done, samplesPerSecond, secondsLeft, terms: { ...terms }, heldOutError, usage });
		}
	}
	if (best === null) throw new Error(`Learning diverged: the held-out error is ${heldOutError}`);
	const { parameters, memory: items, error } = best;
	return { parameters, memory: items, steps: step, minutes: elapsed() / 60_000, heldOutError: error };
}

function doneOf(duration: Duration, step: number, elapsedMs: number): number {
	return Math.min(1, duration.kind === 'steps' ? step / duration.steps : elapsedMs / (duration.minutes * 60_000));
}

/** The same windows at every look, none of them skipping frames. */
function examOf(heldOut: readonly Clip[], { batch }: RecipeOptions, sampling: SampleOptions): readonly Batch[] {
	const random = seededRandom(0);
	return Array.from({ length: HELD_OUT_BATCHES }, () =>
		sampleBatch(heldOut, batch, { ...sampling, skipShare: 0 }, random),
	);
}

async function examine(
	examiner: Session,
	examination: readonly Batch[],
	parameters: ReadonlyMap<string, Float32Array>,
	memory: Float32Array,
): Promise<number> {
	const known = { ...Object.fromEntries(parameters), memory };
	let sum = 0;
	for (const batch of examination) {
		const given = Object.entries({ ...known, ...batch }).filter(([name]) => name in examiner.inputs);
		const { error } = await examiner.run(Object.fromEntries(given));
		sum += (error as Float32Array)[0]!;
	}
	return sum / examination.length;
}

function follow(mean: Float32Array, newest: Float32Array): void {
	for (let item = 0; item < mean.length; item++) mean[item] = mean[item]! * (1 - NEWEST) + newest[item]! * NEWEST;
}
