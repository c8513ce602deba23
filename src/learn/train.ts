import { ForeframeError } from '../core/errors.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import type { Provider } from '../onnx/options.ts';
import { openSession, type Session } from '../onnx/session.ts';
import type { TensorData } from '../onnx/tensors.ts';
import { averageInto } from './average.ts';
import { type CheckpointFile, checkpointKeeper } from './checkpoint.ts';
import { reviveItems } from './items.ts';
import { openLearner } from './learner.ts';
import { mnadRecipe, type RecipeOptions } from './mnad-recipe.ts';
import { requireAgreement } from './provider-check.ts';
import { seededRandom } from './random.ts';
import { type Batch, type SampleOptions, sampleBatch } from './sampler.ts';
import { type Clip, type Scene, sceneOf, scenesOfCamera } from './scene.ts';
import { startState, stateOf, type TrainingState } from './training-state.ts';

/** How long to learn; steps give the same result on the same machine, minutes end in time. */
export type Duration =
	| { readonly kind: 'steps'; readonly steps: number }
	| { readonly kind: 'minutes'; readonly minutes: number };

export interface TrainRequest {
	readonly recipe: RecipeOptions;
	readonly sampling: Omit<SampleOptions, 'inputs' | 'crop' | 'seen'>;
	/** Footage of what is normal. */
	readonly clips: readonly Clip[];
	/** Footage that is not learned from; on it the error is told and the best weights are chosen. */
	readonly heldOut: readonly Clip[];
	readonly duration: Duration;
	/** Adam's rate at its highest: reached after a short warm-up, then falling to zero along a cosine. */
	readonly learningRate: number;
	readonly seed: number;
	/** Cores to use: see `openLearner`. */
	readonly threads: number;
	/** The CPU unless told. */
	readonly provider?: Provider;
	/** Where to write down how far it is, and to go on from. */
	readonly checkpoint?: CheckpointFile;
	/** Told when it goes on from a checkpoint. */
	readonly resumed?: (state: Pick<TrainingState, 'step' | 'elapsedMs'>) => void;
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
 * Learns, from scratch or from where a checkpoint of the same request was. The weights that come back are a running mean over
 * the last steps (Polyak and Juditsky, 1992), as they were when the held-out error was lowest.
 * @throws the signal's reason when it aborts, with a checkpoint written before; ForeframeError LEARNING_FAILED,
 * CHECKPOINT_INVALID, PROVIDER_REFUSED
 */
export async function train(request: TrainRequest): Promise<Trained> {
	const { recipe: options, clips, heldOut, seed, threads, provider, checkpoint, signal } = request;
	const recipe = mnadRecipe(options);
	const placed = { threads, ...(provider === undefined ? {} : { provider }) };
	await using learner = await openLearner(recipe, options, placed);
	await using examiner = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs', outputs: ['error'] }), {
		name: 'held-out',
		...placed,
	});
	const sampling = { ...request.sampling, inputs: options.inputs, crop: options.crop, seen: options.head !== null };
	const scenes = sampling.transplantShare > 0 ? scenesOfCamera(clips) : clips.map(sceneOf);
	const examination = examOf(heldOut.map(sceneOf), options, sampling);

	const { items } = options.memory;
	const restored = (await checkpoint?.load((snapshot) => stateOf(snapshot, recipe, items))) ?? null;
	if (restored !== null) request.resumed?.(restored);
	const state = restored ?? startState(recipe, items, seed);
	if (provider !== undefined && provider !== 'cpu') {
		const learningRate = Float32Array.of(request.learningRate);
		const given = only(learner, { ...examination[0]!, memory: state.memory, learningRate, ...state.carried });
		await requireAgreement(recipe, learner, provider, given);
	}
	const keeper = checkpointKeeper(checkpoint);
	let spare: Record<string, TensorData> = {};

	const startedAt = performance.now() - state.elapsedMs;
	let done = state.step === 0 ? 0 : doneOf(request.duration, state);
	while (done < 1) {
		if (signal.aborted) await keeper.saveNow(state);
		signal.throwIfAborted();
		const batch = sampleBatch(scenes, options.batch, sampling, state.random);
		const rate =
			request.learningRate * Math.min(1, (state.step + 1) / WARM_UP_STEPS) * (0.5 + 0.5 * Math.cos(Math.PI * done));
		const { memory, carried } = state;
		const given = only(learner, { ...batch, memory, learningRate: Float32Array.of(rate), ...carried });
		const outputs = await learner.run(given, spare);
		spare = takeOver(state, outputs);
		averageInto(state.averaged, carried, state.step);
		follow(state.usage, outputs['usage'] as Float32Array);
		reviveItems(state.memory, state.usage, outputs['queries'] as Float32Array, state.random);
		for (const term of recipe.terms) {
			const value = (outputs[term] as Float32Array)[0]!;
			const mean = state.terms[term];
			state.terms[term] = mean === undefined ? value : mean * (1 - NEWEST) + value * NEWEST;
		}
		state.step++;
		state.elapsedMs = performance.now() - startedAt;
		done = doneOf(request.duration, state);
		if (done >= (state.looks + 1) / HELD_OUT_LOOKS) {
			state.looks = Math.floor(done * HELD_OUT_LOOKS);
			noteError(state, await examine(examiner, examination, state.averaged, state.memory));
		}
		if (state.step % TOLD_EVERY === 0 || done >= 1) request.progress(progressOf(state, done, options.batch));
		await keeper.saveWhenDue(state);
	}
	await keeper.saveNow(state);
	const { best, step, elapsedMs, heldOutError } = state;
	if (best === null) {
		throw new ForeframeError('LEARNING_FAILED', `Learning diverged: the held-out error is ${heldOutError}`);
	}
	const { parameters, memory, error } = best;
	return { parameters, memory, steps: step, minutes: elapsedMs / 60_000, heldOutError: error };
}

/** Carries a step's outputs over. What was handed in is written over by the step after the next: two sets change places. */
function takeOver(state: TrainingState, outputs: Record<string, TensorData>): Record<string, TensorData> {
	const spare = { ...outputs };
	for (const name of Object.keys(state.carried)) {
		const next = `next:${name}`;
		spare[next] = state.carried[name]!;
		state.carried[name] = outputs[next]!;
	}
	spare['newMemory'] = state.memory;
	state.memory = outputs['newMemory'] as Float32Array;
	return spare;
}

function noteError(state: TrainingState, error: number): void {
	state.heldOutError = error;
	if (!(error < (state.best?.error ?? Number.POSITIVE_INFINITY))) return;
	const parameters = new Map([...state.averaged].map(([name, values]) => [name, values.slice()]));
	state.best = { error, parameters, memory: state.memory.slice() };
}

function progressOf(
	{ step, elapsedMs, terms, heldOutError, usage }: TrainingState,
	done: number,
	batch: number,
): TrainProgress {
	const samplesPerSecond = (step * batch * 1000) / elapsedMs;
	const secondsLeft = ((elapsedMs / done) * (1 - done)) / 1000;
	return { step, done, samplesPerSecond, secondsLeft, terms: { ...terms }, heldOutError, usage };
}

function doneOf(duration: Duration, { step, elapsedMs }: TrainingState): number {
	return Math.min(1, duration.kind === 'steps' ? step / duration.steps : elapsedMs / (duration.minutes * 60_000));
}

/** The same windows at every look, none of them skipping frames. */
function examOf(heldOut: readonly Scene[], { batch }: RecipeOptions, sampling: SampleOptions): readonly Batch[] {
	const random = seededRandom(0);
	return Array.from({ length: HELD_OUT_BATCHES }, () =>
		sampleBatch(
			heldOut,
			batch,
			{ ...sampling, skipShare: 0, patchShare: 0, transplantShare: 0, glideShare: 0 },
			random,
		),
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
		const { error } = await examiner.run(only(examiner, { ...known, ...batch }));
		sum += (error as Float32Array)[0]!;
	}
	return sum / examination.length;
}

function only(
	{ inputs }: Pick<Session, 'inputs'>,
	given: Readonly<Record<string, TensorData>>,
): Record<string, TensorData> {
	return Object.fromEntries(Object.entries(given).filter(([name]) => name in inputs));
}

function follow(mean: Float32Array, newest: Float32Array): void {
	for (let item = 0; item < mean.length; item++) mean[item] = mean[item]! * (1 - NEWEST) + newest[item]! * NEWEST;
}
