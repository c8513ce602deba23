import { ForeframeError, isForeframeError } from '../core/errors.ts';
import { Graph, multiply } from '../nn/nn.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import { largestDisagreement } from '../onnx/agreement.ts';
import type { Provider } from '../onnx/options.ts';
import { reasonAgainst, thisMachine } from '../onnx/providers.ts';
import { openSession, type Session } from '../onnx/session.ts';
import type { TensorData, Tensors } from '../onnx/tensors.ts';
import type { Recipe } from './mnad-recipe.ts';

/** Share of the CPU's length by which loss, gradient and memory may differ after one step. */
const TOLERANCE = 0.01;

/**
 * Looks whether a provider is there at all, before footage is read.
 * @throws ForeframeError PROVIDER_REFUSED
 */
export async function requireProvider(provider: Provider): Promise<void> {
	const refuse = (reason: string, cause?: unknown) => {
		const message = `Learning on ${provider} is not possible: ${reason}; see docs/gpu.md`;
		throw new ForeframeError('PROVIDER_REFUSED', message, { cause });
	};
	const against = reasonAgainst(provider, false, thisMachine());
	if (against !== null) refuse(against);
	const graph = new Graph();
	graph.output('y', multiply(graph.input('x', [4]), 2));
	try {
		const session = await openSession(emitOnnx(graph, { parameters: new Map() }), { name: 'a trial', provider });
		await session[Symbol.asyncDispose]();
	} catch (error) {
		if (!isForeframeError(error, 'MODEL_INVALID')) throw error;
		refuse(error.message.replace(/^.* failed: | \(MODEL_INVALID\)$/g, ''), error);
	}
}

/**
 * Takes one step from the beginning on a provider and on the CPU, before hours are spent on a driver that computes wrongly.
 * @param session the recipe's, on that provider
 * @param given everything a step wants
 * @throws ForeframeError PROVIDER_REFUSED where the two disagree, INFERENCE_FAILED where the provider cannot run it
 */
export async function requireAgreement(
	recipe: Recipe,
	session: Pick<Session, 'run'>,
	provider: Provider,
	given: Tensors,
): Promise<void> {
	await using cpu = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'learning' });
	const expected = whatCounts(recipe, await cpu.run(given));
	const { output, difference } = largestDisagreement(expected, whatCounts(recipe, await session.run(given)));
	if (difference <= TOLERANCE) return;
	throw new ForeframeError(
		'PROVIDER_REFUSED',
		`Learning on ${provider} gives a ${output} with a relative difference of ${difference.toPrecision(2)} ` +
			`from the CPU: expected at most ${TOLERANCE}`,
	);
}

/**
 * The gradient as one vector: that of a bias before a batch normalisation is zero but for rounding, and compared alone it
 * would differ without end.
 */
function whatCounts({ training }: Recipe, outputs: Readonly<Record<string, TensorData>>): Record<string, TensorData> {
	const { next } = training.carried.find(({ name }) => name === 'adam.mean')!;
	return { loss: outputs['loss']!, gradient: outputs[next]!, memory: outputs['newMemory']! };
}
