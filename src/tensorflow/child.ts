/**
 * The process that runs networks with TensorFlow.js. It is run by an older Node.js than the rest, as plain JavaScript made of
 * this file and what it imports (`plain-script.ts`): nothing newer than Node.js 20 may be used here.
 *
 * Arguments: the folder whose packages are used, and the package to load.
 */
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Graph, Tensor } from '../nn/graph.ts';
import { interpret, interpretConstants, type TensorFlow, type Value } from '../nn/interpret/interpret.ts';
import { readPortable } from '../nn/interpret/portable.ts';
import type { Answer, Request } from './messages.ts';
import { ANSWERS_FD, decodeMessages, encodeMessage, type WireArray, type WireArrays } from './wire.ts';

interface Session {
	readonly graph: Graph;
	readonly parameters: ReadonlyMap<string, Value>;
	readonly constants: ReadonlyMap<number, Value>;
}

const [, , folder, packageName] = process.argv as [string, string, string, string];
const sessions = new Map<string, Session>();
const answers = new Socket({ fd: ANSWERS_FD, readable: false, writable: true });
// The daemon is gone, and with it the reader of this pipe.
answers.on('error', () => process.exit(0));
// A terminal's Ctrl-C reaches every process in the group; the daemon decides.
process.on('SIGINT', () => {});

const tf = await load();
tell({ kind: 'ready', backend: tf.getBackend(), version: tf.version_core, node: process.versions.node });
for await (const { head, arrays } of decodeMessages(process.stdin)) {
	const request = head as Request;
	try {
		const { answer, outputs } = perform(request, arrays);
		tell(answer, outputs);
	} catch (error) {
		tell({ kind: 'failed', id: request.id, reason: error instanceof Error ? error.message : String(error) });
	}
}
process.exit(0);

async function load(): Promise<TensorFlow> {
	const require = createRequire(join(folder, 'package.json'));
	const loaded = require(packageName) as TensorFlow;
	// The core alone has no way to compute.
	if (packageName === '@tensorflow/tfjs-core') require('@tensorflow/tfjs-backend-cpu');
	loaded.enableProdMode();
	await loaded.ready();
	return loaded;
}

function perform(request: Request, arrays: WireArrays): { readonly answer: Answer; readonly outputs?: WireArrays } {
	const { id, session: name } = request;
	switch (request.kind) {
		case 'open': {
			const { graph, parameters } = readPortable(arrays['graph'] as Uint8Array);
			close(name);
			sessions.set(name, { graph, parameters: onDevice(graph, parameters), constants: interpretConstants(tf, graph) });
			const [inputs, outputs] = [shapesOf(graph.inputs), shapesOf(graph.outputs)];
			return { answer: { kind: 'opened', id, inputs, outputs } };
		}
		case 'run': {
			const session = sessions.get(name);
			if (session === undefined) throw new Error(`No session "${name}" is open`);
			const began = performance.now();
			const outputs = run(session, arrays);
			return { answer: { kind: 'ran', id, inferenceMs: performance.now() - began }, outputs };
		}
		case 'close':
			close(name);
			return { answer: { kind: 'closed', id } };
	}
}

function run({ graph, parameters, constants }: Session, inputs: WireArrays): WireArrays {
	const names = [...graph.outputs.keys()];
	const given = new Map(parameters);
	const results: Value[] = [];
	tf.engine().startScope();
	try {
		for (const [name, tensor] of graph.inputs) given.set(name, toDevice(tensor, inputs[name]!));
		results.push(...interpret(tf, graph, [...graph.outputs.values()], given, constants));
		return Object.fromEntries(
			names.map((name, index) => [name, fromDevice(results[index]!, graph.outputs.get(name)!)]),
		);
	} finally {
		tf.engine().endScope();
	}
}

function onDevice(graph: Graph, parameters: ReadonlyMap<string, Float32Array>): Map<string, Value> {
	const values = new Map<string, Value>();
	for (const [name, data] of parameters) {
		const { tensor } = graph.parameters.get(name)!;
		values.set(name, tf.tensor(data, [...tensor.shape], 'float32'));
	}
	return values;
}

/** TensorFlow.js has bytes and long whole numbers as int32. */
function toDevice({ shape, dtype }: Tensor, data: WireArray): Value {
	if (data instanceof Float32Array) return tf.tensor(data, [...shape], 'float32');
	if (dtype === 'int64') return tf.tensor(Int32Array.from(data as BigInt64Array, Number), [...shape], 'int32');
	return tf.tensor(Int32Array.from(data as Uint8Array | Int32Array), [...shape], 'int32');
}

function fromDevice(value: Value, { dtype }: Tensor): WireArray {
	const data = value.dataSync();
	switch (dtype) {
		case 'float32':
			// The pure JavaScript backend may keep plain numbers.
			return Float32Array.from(data);
		case 'int64':
			return BigInt64Array.from(Array.from(data, BigInt));
		case 'int32':
			return Int32Array.from(data);
		case 'uint8':
		case 'bool':
			return Uint8Array.from(data);
	}
}

function close(name: string): void {
	const session = sessions.get(name);
	if (session === undefined) return;
	sessions.delete(name);
	tf.dispose([...session.parameters.values(), ...session.constants.values()]);
}

function shapesOf(tensors: ReadonlyMap<string, Tensor>) {
	return Object.fromEntries(
		[...tensors].map(([name, { shape, dtype }]) => [
			name,
			{ type: dtype === 'bool' ? ('uint8' as const) : dtype, shape: [...shape] },
		]),
	);
}

function tell(message: Answer, arrays: WireArrays = {}): void {
	for (const part of encodeMessage(message, arrays)) answers.write(part);
}
