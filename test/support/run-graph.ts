import type { Graph } from '../../src/nn/nn.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { openSession } from '../../src/onnx/session.ts';
import type { Tensors } from '../../src/onnx/tensors.ts';

/** Emits a graph without parameters and runs it once on the CPU; all its outputs are float32. */
export async function runGraph(graph: Graph, inputs: Tensors): Promise<Record<string, Float32Array>> {
	await using session = await openSession(emitOnnx(graph, { parameters: new Map() }), { name: 'a test graph' });
	return (await session.run(inputs)) as Record<string, Float32Array>;
}
