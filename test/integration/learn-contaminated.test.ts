import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { HeadSpec } from '../../src/detect/mnad/head.ts';
import type { ModelManifest } from '../../src/detect/mnad/manifest.ts';
import type { MnadModel } from '../../src/detect/mnad/model.ts';
import type { NetworkSpec } from '../../src/detect/mnad/network.ts';
import { buildStep, STEP_CHANNELS } from '../../src/detect/mnad/step.ts';
import { areaUnderRoc } from '../../src/evaluate/metrics.ts';
import { doubtOddest } from '../../src/learn/doubt.ts';
import type { RecipeOptions } from '../../src/learn/mnad-recipe.ts';
import type { Clip } from '../../src/learn/scene.ts';
import { train } from '../../src/learn/train.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { openSession } from '../../src/onnx/session.ts';
import { CROSSING, cartCrossing, walkersCrossing } from '../support/drawn-crossing.ts';

// 5 % of the footage that is learned from shows carts, and carts are what is asked about: the hardest honest case. The model
// that doubts has seen other walkers, and no carts.
const { signal } = new AbortController();
const STEPS = 400;
/** Of the three only the second is harmed by what it believes: harm is a matter of luck, its absence must not be. */
const SEEDS = [1, 2, 3];
const DOUBTER_SEED = 2;
const HEAD: HeadSpec = { widths: [16, 16], position: false };
const NETWORK: NetworkSpec = { kind: 'compact', widths: [16, 16] };
const recipe = {
	task: 'prediction' as const,
	network: NETWORK,
	inputs: 4,
	memory: { items: 6, temperature: 0.1 },
	head: HEAD,
	batch: 4,
	crop: 48,
} satisfies RecipeOptions;
const clean = clips(walkersCrossing, 1, 12, 60);
const contaminated = [...clean, ...clips(cartCrossing, 101, 2, 19)];
let doubter: MnadModel;
const unharmed: number[] = [];

before(async () => {
	doubter = await learn(clips(walkersCrossing, 201, 12, 60), DOUBTER_SEED);
	for (const seed of SEEDS) unharmed.push(await areaOf(await learn(clean, seed)));
});

test('Learned from clean footage a model tells carts from walkers', () => {
	assert.ok(Math.min(...unharmed) > 0.97, `${unharmed}`);
});

test('Carts in 5 % of the footage, believed to be normal, may cost much; doubted they cost little with any seed', async (context) => {
	const { clips: doubted, frames } = await doubtOddest(contaminated, { model: doubter, share: 0.1 }, signal);
	const believed: number[] = [];
	const kept: number[] = [];
	for (const seed of SEEDS) {
		believed.push(await areaOf(await learn(contaminated, seed)));
		kept.push(await areaOf(await learn(doubted, seed)));
	}
	const figures = `clean ${unharmed}, believed ${believed}, doubted ${kept}, ${frames} frames doubted`;
	context.diagnostic(figures);
	const harm = (areas: readonly number[]) => Math.max(...areas.map((area, index) => unharmed[index]! - area));
	assert.ok(harm(believed) > 0.05, figures);
	assert.ok(harm(kept) < 0.02, figures);
});

test('Doubting clean footage costs little', async (context) => {
	const { clips: doubted, frames } = await doubtOddest(clean, { model: doubter, share: 0.1 }, signal);
	const kept = await areaOf(await learn(doubted, SEEDS[0]!));
	assert.ok(frames > 0);
	context.diagnostic(`clean ${unharmed[0]}, doubted ${kept}, ${frames} frames doubted`);
	assert.ok(unharmed[0]! - kept < 0.01, `clean ${unharmed[0]}, doubted ${kept}`);
});

function clips(draw: (seed: number, frames: number) => Clip, from: number, count: number, frames: number): Clip[] {
	return Array.from({ length: count }, (_, index) => draw(from + index, frames));
}

async function learn(footage: readonly Clip[], seed: number): Promise<MnadModel> {
	const trained = await train({
		recipe,
		sampling: { skipShare: 1 / 3, strideMax: 4, patchShare: 0, transplantShare: 0, glideShare: 0 },
		clips: footage,
		heldOut: [walkersCrossing(900, 60)],
		duration: { kind: 'steps', steps: STEPS },
		learningRate: 0.005,
		seed,
		threads: 1,
		signal,
		progress: () => {},
	});
	const manifest: ModelManifest = {
		kind: 'foreframe-model',
		version: 1,
		id: 'crossing',
		detector: 'mnad',
		task: 'prediction',
		network: NETWORK,
		inputs: recipe.inputs,
		memory: recipe.memory,
		head: HEAD,
		framesPerSecond: 10,
		gate: 1,
		weights: { oddity: 1 },
		sha256: '0'.repeat(64),
		training: { command: '', data: [], heldOut: [], seed, steps: STEPS, minutes: 0, heldOutError: 0 },
	};
	return { ...trained, manifest };
}

/** Under the ROC curve of the head's oddity, over other carts and other walkers. */
async function areaOf(model: MnadModel): Promise<number> {
	const odd = await oddities(model, clips(cartCrossing, 601, 4, 22));
	const normal = await oddities(model, clips(walkersCrossing, 501, 4, 60));
	return areaUnderRoc([
		...odd.map((score) => ({ score, anomalous: true })),
		...normal.map((score) => ({ score, anomalous: false })),
	])!;
}

async function oddities(model: MnadModel, footage: readonly Clip[]): Promise<number[]> {
	const graph = buildStep(model.manifest, 1, CROSSING, 'frozen');
	await using session = await openSession(emitOnnx(graph, { parameters: model.parameters, outputs: ['channels'] }), {
		name: 'crossing',
	});
	const pixels = CROSSING.width * CROSSING.height;
	const known = { memory: model.memory, gamma: Float32Array.of(-1), sight: new Uint8Array(pixels).fill(1) };
	const wanted = Object.fromEntries(Object.entries(known).filter(([name]) => name in session.inputs));
	const scores: number[] = [];
	for (const { frames } of footage) {
		for (let last = recipe.inputs; last < frames.length; last++) {
			const window = new Uint8Array((recipe.inputs + 1) * pixels);
			for (let frame = 0; frame <= recipe.inputs; frame++) {
				window.set(frames[last - recipe.inputs + frame]!, frame * pixels);
			}
			const { channels } = await session.run({ frames: window, ...wanted });
			scores.push((channels as Float32Array)[STEP_CHANNELS.indexOf('oddity')]!);
		}
	}
	return scores;
}
