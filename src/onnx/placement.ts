import { ForeframeError } from '../core/errors.ts';
import { largestDisagreement } from './agreement.ts';
import { gather, scatter } from './batch.ts';
import type { InferenceThread } from './inference-thread.ts';
import type { Network } from './network.ts';
import type { Runtime } from './options.ts';
import { batched, checkShapes, type Tensors } from './tensors.ts';

const TOLERANCE = 0.01;

/** Where a network runs: its sessions on one provider in some threads. */
export interface Placement {
	readonly provider: Runtime;
	readonly threads: readonly InferenceThread[];
	/** Opens and tests the sessions for a batch size; then every thread can run it. */
	open(batchSize: number): Promise<void>;
	/** The name of the threads' session for an opened batch size. */
	session(batchSize: number): string;
	/** Closes all that was opened. */
	close(): Promise<void>;
}

/**
 * @param prefix begins the sessions' names; unique among the placements in these threads
 * @param reference what the CPU makes of the self-test, or null where this is the CPU
 */
export function placement(
	network: Network,
	provider: Runtime,
	threads: readonly InferenceThread[],
	prefix: string,
	reference: Tensors | null,
): Placement {
	const session = (batchSize: number) => `${prefix}/${batchSize}`;
	const opened: { readonly thread: InferenceThread; readonly batchSize: number }[] = [];
	return {
		provider,
		threads,
		session,
		open: async (batchSize) => {
			const name = `${network.name} (${network.size}, batch ${batchSize})`;
			const file = fileFor(network, provider, batchSize);
			await Promise.all(
				threads.map(async (thread) => {
					const found = await thread.open(session(batchSize), { name, provider, file });
					opened.push({ thread, batchSize });
					checkShapes(`The inputs of ${name}`, batched(network.inputs, batchSize), found.inputs);
					checkShapes(`The outputs of ${name}`, batched(network.outputs, batchSize), found.outputs);
					// Also where there is nothing to compare with: the first run of a session is a slow one.
					const outputs = await selfTest(network, thread, session(batchSize), batchSize);
					if (reference !== null)
						for (const sample of outputs) checkAgreement(network, name, provider, reference, sample);
				}),
			);
		},
		close: async () => {
			await Promise.all(opened.map(({ thread, batchSize }) => thread.close(session(batchSize))));
			opened.length = 0;
		},
	};
}

/** @throws ForeframeError PROVIDER_REFUSED */
function fileFor(network: Network, provider: Runtime, batchSize: number): Uint8Array {
	if (provider !== 'tensorflow') return network.onnx(batchSize);
	if (network.portable !== undefined) return network.portable(batchSize);
	throw new ForeframeError('PROVIDER_REFUSED', `TensorFlow.js cannot run ${network.name}: it is there as ONNX only`);
}

/** What the CPU makes of the network's self-test. */
export async function cpuReference(network: Network, thread: InferenceThread, prefix: string): Promise<Tensors> {
	const cpu = placement(network, 'cpu', [thread], prefix, null);
	await cpu.open(1);
	const [reference] = await selfTest(network, thread, cpu.session(1), 1);
	await cpu.close();
	return reference!;
}

async function selfTest(
	network: Network,
	thread: InferenceThread,
	session: string,
	batchSize: number,
): Promise<readonly Tensors[]> {
	const samples = Array.from({ length: batchSize }, () => network.selfTest);
	const { outputs } = await thread.run(session, gather(network.inputs, samples));
	return scatter(outputs, batchSize);
}

/** @throws ForeframeError PROVIDER_REFUSED */
function checkAgreement(network: Network, name: string, provider: Runtime, reference: Tensors, outputs: Tensors): void {
	const { output, difference } = largestDisagreement(reference, outputs);
	const tolerance = network.tolerance ?? TOLERANCE;
	if (difference <= tolerance) return;
	throw new ForeframeError(
		'PROVIDER_REFUSED',
		`Running ${name} on ${provider} gives "${output}" with a relative difference of ${difference.toPrecision(2)} ` +
			`from the CPU: expected at most ${tolerance}`,
	);
}
