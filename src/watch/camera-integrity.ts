import type { Observe } from '../core/events.ts';
import type { Frame } from '../core/frame.ts';
import type { IntegrityFault, IntegrityKind, IntegrityNotice, OpenFault } from '../core/integrity.ts';
import type { MaskPlan } from '../core/mask.ts';
import type { AlarmId, CameraId, UtcMs } from '../core/units.ts';
import { type FaultChange, Inspector } from '../inspect/inspector.ts';
import type { IntegrityOptions } from '../inspect/options.ts';

export interface CameraIntegrityParts {
	readonly camera: CameraId;
	readonly framesPerSecond: number;
	readonly options: { readonly [Key in keyof IntegrityOptions]: Readonly<IntegrityOptions[Key]> };
	/** What is hidden is not looked at. */
	readonly masks: MaskPlan;
	readonly newId: (startedAt: UtcMs) => AlarmId;
	readonly observe: Observe;
	/** What is wrong has changed. */
	readonly show: (faults: readonly OpenFault[]) => void;
	/** Stores and publishes a fault's change. */
	readonly tell: (notice: IntegrityNotice) => Promise<void>;
}

type Moment = Pick<Frame, 'capturedAt' | 'arrivedAt'>;
type Change = Omit<FaultChange, 'kind'> & { readonly kind: IntegrityKind };

/** Whether one camera shows what it should: from its frames to what people are told of them. */
export class CameraIntegrity {
	readonly #parts: CameraIntegrityParts;
	readonly #inspector: Inspector;
	readonly #open = new Map<IntegrityKind, IntegrityFault>();

	constructor(parts: CameraIntegrityParts) {
		this.#parts = parts;
		this.#inspector = new Inspector({
			...parts.options,
			framesPerSecond: parts.framesPerSecond,
			hidden: parts.masks.hidden,
		});
	}

	/** The frame as it goes on: damaged where it cannot be trusted. */
	async inspect(taken: Frame): Promise<Frame> {
		const { camera, observe } = this.#parts;
		const { frame, disturbance, changes } = this.#inspector.inspect(taken);
		if (disturbance !== null) observe({ kind: 'picture-disturbed', camera, disturbance });
		for (const change of changes) await this.#tell(change, taken);
		return frame;
	}

	/** See `Inspector`. */
	acceptView(): boolean {
		return this.#inspector.acceptView();
	}

	/** Whether it was found that the camera would hardly notice anything; `detail` says how. */
	async heard(deaf: boolean, detail: string, at: Moment): Promise<void> {
		if (deaf === this.#open.has('deaf')) return;
		const { capturedAt: startedAt } = at;
		await this.#tell({ change: deaf ? 'started' : 'ended', kind: 'deaf', startedAt, detail }, at);
	}

	async #tell({ change, kind, startedAt, detail }: Change, { capturedAt, arrivedAt }: Moment): Promise<void> {
		const { camera, observe, newId, show, tell } = this.#parts;
		const before = this.#open.get(kind);
		const fault: IntegrityFault =
			before !== undefined && change === 'ended'
				? { ...before, endedAt: capturedAt, frameAt: capturedAt }
				: { id: newId(startedAt), camera, kind, startedAt, endedAt: null, frameAt: capturedAt, detail };
		if (change === 'started') this.#open.set(kind, fault);
		else this.#open.delete(kind);
		show([...this.#open.values()].map(({ kind, startedAt, detail }) => ({ kind, startedAt, detail })));
		const notice: IntegrityNotice = { change, fault, arrivedAt };
		observe({ kind: 'integrity', camera, notice });
		await tell(notice);
	}
}
