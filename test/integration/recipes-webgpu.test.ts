import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { NetworkSpec, Task } from '../../src/detect/mnad/network.ts';
import { requireAgreement } from '../../src/learn/provider-check.ts';
import type { Tensors } from '../../src/onnx/tensors.ts';
import { assertClose, assertNear } from '../support/close.ts';
import { firstGradient, openSteps, smallRecipe } from '../support/recipe-steps.ts';

const ICD = '/usr/lib/chromium/vk_swiftshader_icd.json';
const skip = existsSync(ICD) ? false : `${ICD} is missing: install Debian's package chromium`;
const STEPS = 4;

/** Both tasks and both networks; on a software adapter half a minute each. */
const RECIPES: readonly (readonly [Task, NetworkSpec])[] = [
	['prediction', { kind: 'compact', widths: [8, 16] }],
	['reconstruction', { kind: 'paper', width: 4 }],
];

for (const [task, network] of RECIPES)
	test(`learning to ${task} with the ${network.kind} network takes the same steps on WebGPU as on the CPU`, {
		skip,
	}, async () => {
		process.env['VK_ICD_FILENAMES'] = ICD;
		const small = smallRecipe(task, network);
		await using cpu = await openSteps(small);
		await using gpu = await openSteps(small, 'webgpu');
		let [onCpu, onGpu]: [Tensors, Tensors] = [small.start(), small.start()];
		for (let index = 0; index < STEPS; index++) {
			const [expected, found] = [await cpu.step(onCpu), await gpu.step(onGpu)];
			// Each goes its own way: Adam makes a whole step of a gradient that is rounding alone.
			assertNear(found.outputs['loss']![0]!, expected.outputs['loss']![0]!, index === 0 ? 1e-4 : 0.02, `loss ${index}`);
			const norm = expected.outputs['gradientNorm']![0]!;
			assertNear(found.outputs['gradientNorm']![0]!, norm, index === 0 ? 1e-3 : 0.1, `gradient ${index}`);
			if (index === 0) {
				for (const { name } of small.recipe.training.carried) {
					if (!small.recipe.graph.parameters.has(name)) continue;
					const [a, b] = [
						firstGradient(small.recipe, expected.outputs, name),
						firstGradient(small.recipe, found.outputs, name),
					];
					const off = Math.hypot(...a.map((value, at) => value - b[at]!));
					assert.ok(off < 1e-3 * Math.hypot(...a) + 1e-5 * norm, `the gradient of ${name} is ${off} off`);
				}
				assertClose(found.outputs['newMemory']!, expected.outputs['newMemory']!, 1e-4, 'memory');
				assertClose(found.outputs['usage']!, expected.outputs['usage']!, 1e-6, 'usage');
				for (const name of Object.keys(expected.next).filter((known) => /\.(mean|variance)$/.test(known))) {
					if (!name.startsWith('adam')) assertClose(found.next[name]!, expected.next[name]!, 1e-4, name);
				}
			}
			[onCpu, onGpu] = [expected.next, found.next];
		}
		await requireAgreement(small.recipe, gpu.session, 'webgpu', { ...small.fixed, ...small.start() });
	});
