import { newAlarmId } from '../../alarm/alarm-id.ts';
import type { CameraConfig } from '../../config/schema.ts';
import type { Observe } from '../../core/events.ts';
import type { Frame } from '../../core/frame.ts';
import type { IntegrityFault } from '../../core/integrity.ts';
import { CameraIntegrity } from '../camera-integrity.ts';
import { maskPlanOf } from '../mask-plan.ts';
import type { RecordedFrame } from './recorded-frames.ts';

export interface ReplayedFault {
	/** Place among the recordings. */
	readonly recording: number;
	/** From the beginning of the recording; null where it went on to its end. */
	readonly startSeconds: number;
	readonly endSeconds: number | null;
	readonly fault: IntegrityFault;
}

/** Whether recordings show what they should, each looked at from its beginning. */
export class ReplayIntegrity {
	readonly #faults = new Map<string, ReplayedFault>();
	readonly #camera: CameraConfig;
	readonly #observe: Observe;
	#recording: number | null = null;
	#integrity: CameraIntegrity | null = null;

	constructor(camera: CameraConfig, observe: Observe) {
		this.#camera = camera;
		this.#observe = observe;
	}

	get faults(): readonly ReplayedFault[] {
		return [...this.#faults.values()];
	}

	/** The frame as it goes on: damaged where it cannot be trusted. */
	inspect(read: RecordedFrame): Promise<Frame> {
		if (this.#integrity === null || this.#recording !== read.recording) this.#integrity = this.#begin(read);
		this.#recording = read.recording;
		return this.#integrity.inspect(read.frame);
	}

	#begin({ recording, from }: RecordedFrame): CameraIntegrity {
		const { id, framesPerSecond, integrity } = this.#camera;
		return new CameraIntegrity({
			camera: id,
			framesPerSecond,
			options: integrity,
			masks: maskPlanOf(this.#camera),
			newId: newAlarmId,
			observe: this.#observe,
			show: () => {},
			tell: async ({ fault }) => {
				const startSeconds = (fault.startedAt - from) / 1000;
				const endSeconds = fault.endedAt === null ? null : (fault.endedAt - from) / 1000;
				this.#faults.set(fault.id, { recording, startSeconds, endSeconds, fault });
			},
		});
	}
}
