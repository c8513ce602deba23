import type { Observe } from '../core/events.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import type { Score } from '../core/score.ts';
import { type CameraId, type MonotonicMs, type UtcMs, utcMs } from '../core/units.ts';
import type { CameraDetector } from '../detect/detector.ts';
import { DriftCaps } from './drift-caps.ts';
import type { MemoryHistory } from './memory-history.ts';
import { RunningGate } from './running-gate.ts';

export interface MemoryStore {
	loadMemory(): Promise<Uint8Array | null>;
	saveMemory(state: Uint8Array): Promise<void>;
	readonly history: MemoryHistory;
}

export interface MemoryKeeperParts {
	readonly camera: CameraId;
	readonly detector: CameraDetector;
	/** See `Detector.guardsMemory`. */
	readonly guarded: boolean;
	readonly store: MemoryStore;
	readonly observe: Observe;
}

/** Of what was learned so long before an alarm's first sign nothing stays, */
export const LEAD_MS = 10_000;
/** and so long after its end nothing is learned. */
export const AFTER_MS = 5000;
/** The memory is put away this often, and at the end. */
const SAVE_EVERY_MS = 10 * 60_000;
const CHECKPOINT_EVERY_MS = 1000;
const HOUR_MS = 3_600_000;

interface Checkpoint {
	readonly at: UtcMs;
	readonly seenAt: MonotonicMs;
	readonly state: Uint8Array;
}

/**
 * Keeps what a camera's detector remembers: from learning around alarms and while nothing is judged, from drifting too far,
 * and on disk. What is put away never holds the last seconds, since an alarm may yet begin in them.
 */
export class MemoryKeeper {
	readonly #parts: MemoryKeeperParts;
	readonly #caps: DriftCaps;
	/** Oldest first; the first is what is believed: at least `LEAD_MS` old once there has been time. */
	#held: Checkpoint[] = [];
	#gate: RunningGate | null = null;
	#alert = false;
	#alertAt: MonotonicMs | null = null;
	#judgedAt: MonotonicMs | null = null;
	#toldAt: MonotonicMs | null = null;
	#savedAt: MonotonicMs | null = null;
	/** The hour of the newest hourly snapshot, since 1970. */
	#hour: number | null;
	#due: { readonly snapshot: MemorySnapshot; readonly state: Uint8Array }[] = [];

	/** @throws ForeframeError STORE_FAILED */
	static async open(parts: MemoryKeeperParts): Promise<MemoryKeeper> {
		const { history } = parts.store;
		const newest = (await history.list()).find(({ reason }) => reason === 'hourly');
		const keeper = new MemoryKeeper(parts, newest === undefined ? null : hourOf(newest.at));
		await keeper.#caps.trust(history, newest?.at ?? null);
		return keeper;
	}

	private constructor(parts: MemoryKeeperParts, hour: number | null) {
		this.#parts = parts;
		this.#hour = hour;
		this.#caps = new DriftCaps(parts.detector);
	}

	/** @param gate the highest regular score at which it may learn, as calibrated; null: as the detector has it. */
	arm(gate: number | null): void {
		this.#gate = gate === null ? null : new RunningGate(gate);
		if (gate !== null) this.#parts.detector.setGate(gate);
	}

	/** Whether a window that came at a time may not teach. */
	frozen(now: MonotonicMs): boolean {
		if (!this.#parts.guarded) return false;
		const unjudged = this.#judgedAt !== null && now - this.#judgedAt > LEAD_MS;
		return this.#alert || this.#isSettling(now) || unjudged || this.#caps.reached !== null;
	}

	/**
	 * After each window that was judged.
	 * @param alert whether an alarm is open or may be about to start @param started whether one has just started
	 */
	follow(score: Score, alert: boolean, started: boolean): void {
		const { arrivedAt, capturedAt } = score;
		this.#judgedAt = arrivedAt;
		if (alert && !this.#alert && this.#parts.guarded) this.#undo();
		this.#alert = alert;
		if (alert) this.#alertAt = arrivedAt;
		const believed = this.#held[0];
		if (started && believed !== undefined) this.#keepLater('alarm', believed);
		this.#followGate(score);
		if (this.#toldAt !== null && Math.abs(arrivedAt - this.#toldAt) < CHECKPOINT_EVERY_MS) return;
		this.#toldAt = arrivedAt;
		const still = alert || this.#isSettling(arrivedAt);
		if (!still) this.#hold(arrivedAt, utcMs(Math.round(capturedAt)), score.surprise !== null);
		if (this.#held.length === 0) return;
		const frozen = still && this.#parts.guarded ? 'alarm' : this.#caps.reached;
		this.#parts.observe({ kind: 'memory-drift', camera: this.#parts.camera, ...this.#caps.drift, frozen });
	}

	/** Puts away what is due. @throws ForeframeError STORE_FAILED; what was due is not tried again. */
	async save(now: MonotonicMs): Promise<void> {
		const { history } = this.#parts.store;
		for (const { snapshot, state } of this.#due.splice(0)) {
			await history.keep(snapshot, state);
			if (snapshot.reason === 'hourly') await this.#caps.trust(history, snapshot.at);
		}
		this.#savedAt ??= now;
		if (now - this.#savedAt < SAVE_EVERY_MS) return;
		this.#savedAt = now;
		await this.#saveBelieved();
	}

	/** @throws ForeframeError STORE_FAILED */
	async close(): Promise<void> {
		const due = this.#due.splice(0);
		for (const { snapshot, state } of due) await this.#parts.store.history.keep(snapshot, state);
		if (this.#savedAt !== null) await this.#saveBelieved();
	}

	/** What is remembered and believed; null where nothing is. */
	get believed(): Uint8Array | null {
		return this.#held[0]?.state ?? this.#parts.detector.saveState();
	}

	/** Takes another memory from the next window on. @throws ForeframeError MODEL_INVALID when it is not of the model */
	replace(state: Uint8Array): void {
		this.#parts.detector.loadState(state);
		this.#held = [];
		this.#due = [];
		this.#caps.restart(state);
	}

	#followGate({ arrivedAt, channels }: Score): void {
		const regular = channels.get('regular');
		if (this.#gate === null || regular === undefined || !this.#parts.guarded || this.frozen(arrivedAt)) return;
		this.#gate.follow(regular.raw);
		this.#parts.detector.setGate(this.#gate.value);
	}

	#isSettling(now: MonotonicMs): boolean {
		return this.#alertAt !== null && Math.abs(now - this.#alertAt) < AFTER_MS;
	}

	#undo(): void {
		const [believed] = this.#held;
		if (believed === undefined) return;
		this.#parts.detector.loadState(believed.state);
		this.#held = [believed];
	}

	#hold(seenAt: MonotonicMs, at: UtcMs, calibrated: boolean): void {
		const { detector, guarded, camera, observe } = this.#parts;
		const state = detector.saveState();
		if (state === null) return;
		if (guarded && calibrated) {
			const capped = this.#caps.check(state);
			if (capped !== null) observe({ kind: 'memory-capped', camera, ...capped });
			const before = this.#held.at(-1);
			if (capped !== null && before !== undefined) detector.loadState(before.state);
		}
		if (this.#caps.reached === null) this.#held.push({ at, seenAt, state });
		while (this.#held.length > 1 && Math.abs(seenAt - this.#held[1]!.seenAt) >= LEAD_MS) this.#held.shift();
		const believed = this.#held[0];
		if (believed !== undefined && this.#hour !== hourOf(at)) {
			this.#hour = hourOf(at);
			this.#keepLater('hourly', { ...believed, at });
		}
	}

	#keepLater(reason: MemorySnapshot['reason'], { at, state }: Pick<Checkpoint, 'at' | 'state'>): void {
		this.#due.push({ snapshot: { at, reason }, state });
	}

	async #saveBelieved(): Promise<void> {
		const state = this.believed;
		if (state !== null) await this.#parts.store.saveMemory(state);
	}
}

function hourOf(at: UtcMs): number {
	return Math.floor(at / HOUR_MS);
}
