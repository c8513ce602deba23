// Calibrates anew beside the main thread, which must not stand still for it; ends with its answer.
import { parentPort, workerData } from 'node:worker_threads';
import { type CalibrationRequest, calibrate } from '../score/calibrate.ts';

parentPort!.postMessage(calibrate(workerData as CalibrationRequest));
