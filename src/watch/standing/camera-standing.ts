import { StandingJudge, type StandingVerdict } from '../../alarm/standing-judge.ts';
import { type Zone, Zones } from '../../alarm/zones/zones.ts';
import type { Alarm, AlarmChange, EndReason } from '../../core/alarm.ts';
import { describeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { Evidence } from '../../core/explanation.ts';
import type { Frame, FrameDamage, Size } from '../../core/frame.ts';
import type { Distrust } from '../../core/integrity.ts';
import { type MaskPlan, maskOf, PIXEL } from '../../core/mask.ts';
import type { StandingChange } from '../../core/standing.ts';
import type { AlarmId, CameraId, MonotonicMs, UtcMs } from '../../core/units.ts';
import type { Heeded, ThingLook } from '../../detect/standing/kept.ts';
import type { StandingOptions } from '../../detect/standing/options.ts';
import { Rarity } from '../../detect/standing/rarity.ts';
import { Standing } from '../../detect/standing/standing.ts';
import { readStandingState, writeStandingState } from '../../detect/standing/state.ts';
import { standingEvidence } from './evidence.ts';
import type { StandingPattern } from './pattern.ts';

/** Where a camera's slow background survives a restart. */
export interface StandingStore {
	load(): Promise<Uint8Array | null>;
	/** @throws ForeframeError STORE_FAILED */
	save(state: Uint8Array): Promise<void>;
}

export interface StandingParts {
	readonly camera: CameraId;
	readonly options: StandingOptions;
	readonly framesPerSecond: number;
	readonly falseAlarmsPerHour: number;
	readonly maximumSeconds: number;
	readonly mask: MaskPlan;
	readonly zones: readonly Zone[];
	readonly newAlarmId: (startedAt: UtcMs) => AlarmId;
	readonly store: StandingStore;
	readonly observe: Observe;
	/** What people have said of what stands, for a picture size. */
	readonly said: (size: Size) => Heeded;
	/** What an alarm was about, to be kept with it. */
	readonly keepPattern: (alarm: AlarmId, startedAt: UtcMs, pattern: StandingPattern) => void;
	readonly keepEvidence: (evidence: Evidence) => void;
	readonly tell: (alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs) => Promise<void>;
}

/** `learning`: what stands by then is normal. `resting`: nothing is told. */
export type StandingMode = 'armed' | 'learning' | 'resting';

/** Without a picture for so long nobody knows what stands: the alarm ends. */
const SILENCE_MS = 60_000;
const SAVE_EVERY_MS = 10 * 60_000;
/** A longer step between two pictures is no watching. */
const STEP_MOST_MS = 10_000;

/** Pictures that are of another place, or of the same one from elsewhere. */
const ELSEWHERE: ReadonlySet<FrameDamage | Distrust> = new Set(['cut', 'pan', 'moved']);

const NOTHING_SAID: Heeded = { forgiven: [], confirmed: [] };

interface Watching {
	readonly size: Size;
	readonly standing: Standing;
	readonly rarity: Rarity;
}

/** What stands still on one camera, from its frames to its alarms. */
export class CameraStanding {
	readonly #parts: StandingParts;
	readonly #judge: StandingJudge;
	readonly #zones: Zones;
	#watching: Watching | null = null;
	#last: Frame | null = null;
	#savedAt: MonotonicMs | null = null;
	#accepted: AlarmId | null = null;
	#isElsewhere = false;
	/** What is heeded now; `isStale`: somebody has said something since. */
	#heeded: Heeded = NOTHING_SAID;
	#isStale = true;
	/** Of the open alarm, by number. */
	#looks = new Map<number, ThingLook>();

	constructor(parts: StandingParts) {
		this.#parts = parts;
		this.#judge = new StandingJudge(parts);
		this.#zones = new Zones(parts.zones);
	}

	/** Whether an alarm is open. */
	get open(): boolean {
		return this.#judge.open;
	}

	/** Frames come in order, damaged ones too. */
	async see(frame: Frame, mode: StandingMode): Promise<void> {
		if (this.#watching === null || !isSame(this.#watching.size, frame)) await this.#open(frame);
		const { standing, rarity } = this.#watching!;
		const stepMs = this.#last === null ? 0 : frame.capturedAt - this.#last.capturedAt;
		if (stepMs > 0 && stepMs <= STEP_MOST_MS) rarity.pass(stepMs / 1000);
		this.#last = frame;
		const isElsewhere = frame.damage !== null && ELSEWHERE.has(frame.damage);
		if (isElsewhere && !this.#isElsewhere) await this.#restart(this.#watching!);
		this.#isElsewhere = isElsewhere;
		await this.#judgeAll(this.#watching!, frame, standing.look(frame), mode);
		await this.#save(frame.arrivedAt);
	}

	/** Ends what is open where no picture came for long; to be asked now and then. */
	async expire(now: MonotonicMs): Promise<void> {
		if (this.#last !== null && now - this.#last.arrivedAt > SILENCE_MS) await this.close('silence');
	}

	/** Ends what is open; what stands is known then. */
	async close(reason: EndReason): Promise<void> {
		await this.#tell(this.#judge.close(reason));
	}

	/**
	 * Somebody says that what the open alarm is about is normal: with the next picture it ends, and belongs there. Returns
	 * whether it is this one's alarm.
	 */
	accept(alarm: AlarmId): boolean {
		if (this.#judge.id !== alarm) return false;
		this.#accepted = alarm;
		return true;
	}

	/** What was said has changed: from the next picture on it is heeded. */
	heed(): void {
		this.#isStale = true;
	}

	/** Puts away what is known; the watching ends, or begins again. */
	async leave(reason: EndReason): Promise<void> {
		await this.close(reason);
		await this.#keep();
		this.#watching = null;
		this.#last = null;
		this.#savedAt = null;
	}

	async #open({ width, height }: Size): Promise<void> {
		if (this.#watching !== null) await this.leave('changed');
		const { options, framesPerSecond, falseAlarmsPerHour, maximumSeconds, mask } = this.#parts;
		const { afterSeconds, minimumArea } = options;
		const size = { width, height };
		const absorbSeconds = afterSeconds + maximumSeconds;
		const standing = new Standing({ size, framesPerSecond, afterSeconds, minimumArea, absorbSeconds });
		const rarity = new Rarity({ afterSeconds, falseAlarmsPerHour });
		const masked = maskOf(mask, size);
		if (masked !== null) standing.ignore(masked.pixels.map((pixel) => (pixel === PIXEL.watched ? 0 : 1)));
		await this.#recall({ size, standing, rarity });
		this.#watching = { size, standing, rarity };
		this.#heeded = NOTHING_SAID;
		this.#isStale = true;
	}

	/** The camera looks elsewhere. */
	async #restart({ standing, rarity }: Watching): Promise<void> {
		for (const { thing } of standing.restart()) rarity.end(thing);
		await this.close('changed');
	}

	async #judgeAll(
		{ standing, rarity }: Watching,
		frame: Frame,
		changes: readonly StandingChange[],
		mode: StandingMode,
	): Promise<void> {
		for (const { kind, thing } of changes) {
			if (kind === 'stands') rarity.begin(thing);
			else rarity.end(thing);
		}
		if (this.#accepted !== null) await this.#takeForNormal(this.#accepted);
		if (this.#isStale) this.#heed();
		const things = standing.things;
		if (mode === 'learning') this.#judge.accept(things);
		if (mode !== 'armed' || (things.length === 0 && !this.#judge.open)) return;
		const rare = things.map((thing) => ({ thing, onceInHours: rarity.onceInHours(thing) }));
		const verdict = this.#judge.judge(frame, rare, changes);
		if (verdict === null) return;
		for (const { number } of verdict.things) {
			if (verdict.change !== 'ended') rarity.told(number);
			else if (verdict.alarm.endReason === 'lasting') this.#absorb(number);
		}
		if (verdict.change !== 'ended') {
			this.#keepPattern(verdict);
			this.#parts.keepEvidence(standingEvidence(verdict.alarm, frame, standing.expected, verdict.things));
		}
		await this.#tell(verdict);
		await this.#keep();
	}

	#keepPattern({ alarm, change, things }: StandingVerdict): void {
		const { standing, size } = this.#watching!;
		if (change === 'started') this.#looks = new Map();
		for (const { number } of things) {
			const look = this.#looks.get(number) ?? standing.lookOf(number);
			if (look !== null) this.#looks.set(number, look);
		}
		this.#parts.keepPattern(alarm.id, alarm.startedAt, { size, things: [...this.#looks.values()] });
	}

	#heed(): void {
		const { standing, size } = this.#watching!;
		const heeded = this.#parts.said(size);
		const isHeld = (one: ThingLook) => heeded.forgiven.some(({ pixels }) => isEqual(pixels, one.pixels));
		for (const look of this.#heeded.forgiven) if (!isHeld(look)) standing.expel(look);
		this.#heeded = heeded;
		this.#isStale = false;
		for (const number of standing.heed(heeded)) this.#absorb(number);
	}

	async #takeForNormal(alarm: AlarmId): Promise<void> {
		this.#accepted = null;
		const verdict = this.#judge.id === alarm ? this.#judge.close('over') : null;
		for (const { number } of verdict?.things ?? []) {
			this.#watching!.rarity.normal(number);
			this.#absorb(number);
		}
		await this.#tell(verdict);
	}

	#absorb(number: number): void {
		const { standing, rarity } = this.#watching!;
		for (const { thing } of standing.absorb(number)) rarity.end(thing);
	}

	async #tell(verdict: StandingVerdict | null): Promise<void> {
		if (verdict === null || this.#last === null) return;
		const { alarm, change } = verdict;
		const placed = this.#zones.place({ kind: 'alarm', alarm, change }, null);
		if (placed.kind === 'alarm') await this.#parts.tell(placed.alarm, change, this.#last.arrivedAt);
	}

	async #recall({ size, standing, rarity }: Watching): Promise<void> {
		try {
			const stored = await this.#parts.store.load();
			if (stored === null) return;
			const { kept, told, rarity: counted } = readStandingState(stored, size);
			standing.resume(kept);
			rarity.restore(counted);
			for (const thing of standing.things) rarity.begin(thing);
			for (const number of told) rarity.told(number);
			this.#judge.accept(told.map((number) => ({ number })));
		} catch (error) {
			this.#warn('the picture of what belongs there begins anew', error);
		}
	}

	async #save(now: MonotonicMs): Promise<void> {
		this.#savedAt ??= now;
		if (now - this.#savedAt < SAVE_EVERY_MS) return;
		this.#savedAt = now;
		await this.#keep();
	}

	async #keep(): Promise<void> {
		if (this.#watching === null || !this.#watching.standing.settled) return;
		const { standing, rarity, size } = this.#watching;
		try {
			const told = standing.things.map(({ number }) => number).filter((number) => this.#judge.knows(number));
			await this.#parts.store.save(writeStandingState(standing.kept, told, rarity.state, size));
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			this.#warn('what belongs there was not put away', error);
		}
	}

	#warn(what: string, error: unknown): void {
		this.#parts.observe({ kind: 'warning', about: this.#parts.camera, detail: `${what}: ${describeError(error)}` });
	}
}

function isEqual(one: Int32Array, other: Int32Array): boolean {
	return one.length === other.length && one.every((pixel, order) => pixel === other[order]);
}

function isSame(one: Size, other: Size): boolean {
	return one.width === other.width && one.height === other.height;
}
