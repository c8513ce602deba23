import { Worker } from 'node:worker_threads';
import type { CalibrationRequest } from '../score/calibrate.ts';
import type { Calibration } from '../score/calibration.ts';

/** A calibration that is being made in a thread of its own. */
export interface Recalibrating extends AsyncDisposable {
	/** null until it is there. @throws what the thread died of */
	readonly result: Calibration | null;
}

export function recalibrate(request: CalibrationRequest): Recalibrating {
	const worker = new Worker(new URL('./recalibrate-thread.ts', import.meta.url), {
		name: 'calibration',
		workerData: request,
	});
	let result: Calibration | null = null;
	let failure: Error | null = null;
	worker.on('message', (calibration: Calibration) => {
		result = calibration;
	});
	worker.on('error', (error) => {
		failure = error instanceof Error ? error : new Error(String(error));
	});
	// The daemon does not live on for it.
	worker.unref();
	return {
		get result() {
			if (failure !== null) throw failure;
			return result;
		},
		[Symbol.asyncDispose]: async () => void (await worker.terminate()),
	};
}
