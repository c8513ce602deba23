import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import {
	add,
	compactness,
	differentiate,
	Graph,
	multiply,
	normaliseL2,
	reshape,
	separateness,
	transpose,
} from '../../../src/nn/nn.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';

interface GoldenCase {
	readonly shape: Record<'N' | 'C' | 'H' | 'W' | 'M', number>;
	readonly features: readonly number[];
	readonly memory: readonly number[];
	readonly compactness: number;
	readonly separateness: number;
	readonly gradFeatures: readonly number[];
}

/** Against the authors' module in double precision. */
const TOLERANCE = 1e-5;

const golden = new URL('../../../fixtures/golden/mnad-memory.json', import.meta.url);
const { cases } = JSON.parse(await readFile(golden, 'utf8')) as { cases: GoldenCase[] };

for (const [index, expected] of cases.entries())
	test(`compactness, separateness and their gradient agree with the authors' code (case ${index})`, async () => {
		const { N, C, H, W, M } = expected.shape;
		const graph = new Graph();
		const features = graph.input('features', [N, C, H, W]);
		const memory = graph.input('memory', [M, C]);
		const queries = reshape(transpose(normaliseL2(features, 1), [0, 2, 3, 1]), [-1, C]);
		const losses = [compactness(queries, memory), separateness(queries, memory)] as const;
		const total = multiply(add(...losses), 0.1);
		const [gradient] = differentiate(graph, total, [features]);
		graph.output('compactness', losses[0]);
		graph.output('separateness', losses[1]);
		graph.output('gradFeatures', gradient!);
		const session = await InferenceSession.create(emitOnnx(graph, { parameters: 'inputs' }));
		const results = await session.run({
			features: new Value('float32', Float32Array.from(expected.features), [N, C, H, W]),
			memory: new Value('float32', Float32Array.from(expected.memory), [M, C]),
		});
		for (const name of ['compactness', 'separateness'] as const)
			assert.ok(Math.abs(Number(results[name]!.data[0]) - expected[name]) <= TOLERANCE, name);
		const found = results['gradFeatures']!.data as Float32Array;
		assert.equal(found.length, expected.gradFeatures.length);
		const largest = Math.max(...expected.gradFeatures.map(Math.abs));
		const worst = Math.max(...expected.gradFeatures.map((value, i) => Math.abs(value - found[i]!)));
		assert.ok(largest > 1e-5 && worst <= TOLERANCE * largest, `gradient off by ${worst} of ${largest}`);
		await session.release();
	});
