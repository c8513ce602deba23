import { type BackoffOptions, backoffMs, RECONNECT } from '../core/backoff.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { InferenceThread } from '../onnx/inference-thread.ts';
import { findInstallation, type Installation } from './installation.ts';
import { writePlainScript } from './plain-script.ts';
import { startProcess, type TensorFlowProcess } from './process.ts';

export interface TensorFlowOptions {
	/** The Node.js that runs it. */
	readonly node?: string | undefined;
}

export interface TensorFlowContext {
	readonly clock?: Clock;
	readonly backoff?: BackoffOptions;
	readonly find?: typeof findInstallation;
	/** Told of every process that was started. */
	readonly started?: (process: TensorFlowProcess, installation: Installation) => void;
}

/** A process that lived so long before it ended is started again at once. */
const GOOD_AFTER_MS = 60_000;

/**
 * TensorFlow.js as an inference thread: a process of its own, started when the first network is opened. Where it ends by
 * itself, what it was asked fails with INFERENCE_FAILED, and the next request starts another with the same networks, after
 * a growing pause in which requests fail at once. Requests reject with PROVIDER_REFUSED where it is not installed.
 */
export function startTensorFlow(options: TensorFlowOptions = {}, context: TensorFlowContext = {}): InferenceThread {
	const { clock = systemClock, backoff = RECONNECT, find = findInstallation, started } = context;
	const networks = new Map<string, Uint8Array>();
	let running: Promise<TensorFlowProcess> | null = null;
	let failures = 0;
	let pause: { readonly until: number; readonly reason: string } | null = null;
	const ending = new AbortController();

	const pauseAfter = (error: unknown, livedMs: number) => {
		running = null;
		failures = livedMs >= GOOD_AFTER_MS ? 1 : failures + 1;
		const until = clock.monotonicNow() + backoffMs(failures, backoff, Math.random());
		pause = { until, reason: describeError(error) };
	};
	const begin = async (): Promise<TensorFlowProcess> => {
		const startedAt = clock.monotonicNow();
		try {
			const installation = await find(options);
			// Read as a whole before the process is ready.
			await using script = await writePlainScript();
			const process = await startProcess(installation, script.path, ending.signal);
			try {
				for (const [session, graph] of networks) await process.ask({ kind: 'open', session }, { graph }, 'opened');
			} catch (error) {
				await process[Symbol.asyncDispose]();
				throw error;
			}
			void process.ended.then((error) => {
				if (!ending.signal.aborted) pauseAfter(error, clock.monotonicNow() - startedAt);
			});
			started?.(process, installation);
			return process;
		} catch (error) {
			pauseAfter(error, 0);
			throw error;
		}
	};
	const process = (): Promise<TensorFlowProcess> => {
		if (ending.signal.aborted) throw new ForeframeError('INFERENCE_FAILED', 'TensorFlow.js was closed');
		if (running !== null) return running;
		const leftMs = (pause?.until ?? 0) - clock.monotonicNow();
		if (pause !== null && leftMs > 0) {
			const message = `TensorFlow.js is started again in ${Math.ceil(leftMs / 1000)} s: ${pause.reason}`;
			throw new ForeframeError('INFERENCE_FAILED', message);
		}
		running = begin();
		return running;
	};

	return {
		open: async (session, { file }) => {
			const { answer } = await (await process()).ask({ kind: 'open', session }, { graph: file }, 'opened');
			networks.set(session, file);
			return { inputs: answer.inputs, outputs: answer.outputs };
		},
		run: async (session, inputs) => {
			const { answer, arrays } = await (await process()).ask({ kind: 'run', session }, inputs, 'ran');
			return { outputs: arrays, inferenceMs: answer.inferenceMs };
		},
		close: async (session) => {
			networks.delete(session);
			const open = await running?.catch(() => null);
			if (open !== null && open !== undefined) await open.ask({ kind: 'close', session }, {}, 'closed');
		},
		[Symbol.asyncDispose]: async () => {
			ending.abort();
			const last = await running?.catch(() => null);
			await last?.[Symbol.asyncDispose]();
		},
	};
}
