import { emitOnnx } from '../nn/onnx/emit.ts';
import type { Provider } from '../onnx/options.ts';
import { openSession, type Session } from '../onnx/session.ts';
import { openLanes } from './lanes.ts';
import type { Recipe, RecipeOptions } from './mnad-recipe.ts';

/** Makes steps of learning: takes and gives what the recipe's graph does. */
export type Learner = Pick<Session, 'inputs' | 'run'> & AsyncDisposable;

/**
 * One graph on one thread and on other providers than the CPU; else lanes, where windows do not depend on each other: the
 * published networks normalise by the whole batch, so they stay one graph whose operators use the threads.
 * @throws ForeframeError MODEL_INVALID when the provider does not take the recipe; `run` also rejects with LEARNING_FAILED.
 */
export async function openLearner(
	recipe: Recipe,
	options: RecipeOptions,
	{ threads, provider = 'cpu' }: { readonly threads: number; readonly provider?: Provider },
): Promise<Learner> {
	const isWhole = provider !== 'cpu' || hasStatistics(recipe);
	const lanes = isWhole ? 1 : lanesFor(options.batch, threads);
	if (lanes > 1) return openLanes(options, { lanes, threads: Math.floor(threads / lanes) });
	return openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'learning', threads, provider });
}

/** The most equal parts of a batch that each have a thread; threads beyond a multiple of them stay idle. */
export function lanesFor(batch: number, threads: number): number {
	let lanes = Math.min(threads, batch);
	while (batch % lanes !== 0) lanes--;
	return lanes;
}

function hasStatistics({ graph, training }: Recipe): boolean {
	const learned = new Set(training.carried.map(({ name }) => name));
	return [...graph.parameters.keys()].some((name) => !learned.has(name));
}
