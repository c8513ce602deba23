import type { Alarm, AlarmChange, EndReason, LastingAlarm, Verdict } from '../core/alarm.ts';
import type { HeatMap } from '../core/prediction.ts';
import { RELEASE_SHARE } from '../core/release.ts';
import type { Score } from '../core/score.ts';
import type { AlarmId, MonotonicMs, UtcMs } from '../core/units.ts';
import {
	asBefore,
	higherPeak,
	isAtRest,
	type Lasting,
	type Open,
	type Pending,
	pendingFrom,
	risenLevel,
	type Seen,
	type State,
} from './judge-state.ts';
import { reasonsOf } from './reasons.ts';
import { RecentHighest } from './recent-highest.ts';
import { severityOf } from './severity.ts';

export interface JudgeOptions {
	readonly framesPerSecond: number;
	/** How long the score stays over the level before an alarm starts: this long from the first window to the deciding one. */
	readonly minimumSeconds: number;
	/** How long the score stays under the release level before the alarm ends. */
	readonly releaseSeconds: number;
	/** How long an alarm may go on before it ends for `lasting`; without it for ever. */
	readonly maximumSeconds?: number;
	readonly model: { readonly id: string; readonly version: string };
	readonly newAlarmId: (startedAt: UtcMs) => AlarmId;
}

/** What it was: the highest of so many seconds before its alarm ended, so that one loud moment does not deafen what follows. */
const REFERENCE_SECONDS = 60;
/** Without a score for this long, or for three windows of a slow camera, nobody knows whether the alarm goes on: it ends. */
export const SILENCE_SECONDS = 10;
const SILENCE_WINDOWS = 3;
/** A higher peak is told when the last telling is this old, */
const UPDATE_SECONDS = 2;
/** or at once when it is this much higher than the peak told last. */
const UPDATE_AT_ONCE = 1.5;

/** Sums of frame intervals are compared with seconds to within this. */
const ROUNDING_SECONDS = 1e-6;

/**
 * Decides when one camera's scores are an alarm. Reads no clock: durations within a run are counted on the frames' time
 * base, which network bursts and clock corrections do not touch; between runs by the frames' monotonic arrival.
 */
export class Judge {
	readonly #options: JudgeOptions;
	readonly #silenceSeconds: number;
	#state: State = { kind: 'quiet' };
	#last: Seen | null = null;
	#recent = new RecentHighest(REFERENCE_SECONDS);

	constructor(options: JudgeOptions) {
		this.#options = options;
		this.#silenceSeconds = Math.max(SILENCE_SECONDS, SILENCE_WINDOWS / options.framesPerSecond);
	}

	/** True from the first window over the level until all is over or accepted: the memory must not learn meanwhile. */
	get alert(): boolean {
		return this.#state.kind === 'lasting' ? !isAtRest(this.#state) : this.#state.kind !== 'quiet';
	}

	/** The alarm that ended for lasting while what it was told of goes on and nobody has said that it is normal; else null. */
	get lasting(): LastingAlarm | null {
		const lasting = this.#state.kind === 'open' ? this.#state.beneath : this.#state;
		return lasting?.kind === 'lasting' && !lasting.accepted ? lasting.of : null;
	}

	/**
	 * A person says that what goes on since this alarm ended for lasting is normal, or takes that back. It stays without an alarm
	 * until its score falls or something far stranger comes. False where the alarm is not that one.
	 */
	accept(id: AlarmId, accepted: boolean): boolean {
		const state = this.#state;
		if (state.kind === 'lasting' && state.of.id === id) {
			this.#state = { ...state, accepted };
			return true;
		}
		if (state.kind !== 'open' || state.beneath?.of.id !== id) return false;
		this.#state = { ...state, beneath: { ...state.beneath, accepted } };
		return true;
	}

	/** Scores come in order of time. `heatMap` is that of the score's window. */
	judge(score: Score, heatMap: HeatMap | null): Verdict {
		const { surprise, level } = score;
		if (surprise === null || level === null) return { kind: 'unknown' };
		const before = this.#last;
		const seen: Seen = { score, surprise, level, at: this.#timeOf(score) };
		this.#last = seen;
		this.#recent.note(seen.at, surprise);
		if (before !== null && seen.at - before.at > this.#silenceSeconds + ROUNDING_SECONDS) {
			const ended = this.#endNow(before, 'silence');
			if (ended !== null) return ended;
		} else if (before?.score.run !== score.run) {
			this.#forgetPending();
		}
		switch (this.#state.kind) {
			case 'quiet':
				return surprise >= level ? this.#brink(pendingFrom(seen, heatMap)) : { kind: 'quiet' };
			case 'pending':
				return this.#whilePending(this.#state, seen, heatMap);
			case 'open':
				return this.#whileOpen(this.#state, seen, heatMap);
			case 'lasting':
				return this.#whileLasting(this.#state, seen, heatMap);
			default:
				throw new Error(`Unknown state ${this.#state satisfies never}`);
		}
	}

	/**
	 * Ends an alarm whose camera has been silent too long; to be asked now and then while no score comes.
	 * Returns null where nothing ends.
	 */
	expire(now: MonotonicMs): Verdict | null {
		if (this.#last === null || now - this.#last.score.arrivedAt <= this.#silenceSeconds * 1000) return null;
		return this.#endNow(this.#last, 'silence');
	}

	/** Ends what is open: the camera is no longer watched. Returns null where nothing ends. */
	close(reason: EndReason): Verdict | null {
		return this.#last === null ? null : this.#endNow(this.#last, reason);
	}

	#timeOf({ run, index, arrivedAt }: Score): number {
		if (this.#last === null) return 0;
		const { score, at } = this.#last;
		const seconds =
			run === score.run ? (index - score.index) / this.#options.framesPerSecond : (arrivedAt - score.arrivedAt) / 1000;
		return at + Math.max(0, seconds);
	}

	#brink(pending: Pending): Verdict {
		this.#state = pending;
		const { since } = pending;
		if (this.#options.minimumSeconds > 0) return { kind: 'pending', since: since.score.capturedAt };
		return this.#start(pending, since, null);
	}

	#whilePending(pending: Pending, seen: Seen, heatMap: HeatMap | null): Verdict {
		if (seen.surprise < seen.level) {
			this.#state = { kind: 'quiet' };
			return { kind: 'quiet' };
		}
		const peak = higherPeak(pending.peak, seen, heatMap);
		this.#state = { ...pending, peak };
		if (!lasted(pending.since.at, seen.at, this.#options.minimumSeconds)) {
			return { kind: 'pending', since: pending.since.score.capturedAt };
		}
		return this.#start({ ...pending, peak }, seen, null);
	}

	#start({ since, peak }: Pending, seen: Seen, beneath: Lasting | null): Verdict {
		const startedAt = since.score.capturedAt;
		const open: Open = {
			kind: 'open',
			id: this.#options.newAlarmId(startedAt),
			startedAt,
			since: since.at,
			beneath,
			lastOver: seen,
			underSince: null,
			peak,
			told: { at: seen.at, surprise: peak.surprise },
		};
		this.#state = open;
		return this.#tell(open, seen, 'started', null);
	}

	#whileOpen(before: Open, seen: Seen, heatMap: HeatMap | null): Verdict {
		const peak = higherPeak(before.peak, seen, heatMap);
		const { beneath } = before;
		const under =
			seen.surprise < RELEASE_SHARE * seen.level || (beneath !== null && seen.surprise <= asBefore(beneath));
		const underSince = under ? (before.underSince ?? seen.at) : null;
		const lastOver = under ? before.lastOver : seen;
		if (underSince !== null && lasted(underSince, seen.at, this.#options.releaseSeconds)) {
			return this.#end({ ...before, peak, lastOver }, seen, 'over');
		}
		const { maximumSeconds = Number.POSITIVE_INFINITY } = this.#options;
		if (!under && lasted(before.since, seen.at, maximumSeconds)) {
			return this.#end({ ...before, peak, lastOver }, seen, 'lasting');
		}
		const higher = peak.surprise / before.told.surprise;
		const due = higher > 1 && lasted(before.told.at, seen.at, UPDATE_SECONDS);
		const told = due || higher >= UPDATE_AT_ONCE ? { at: seen.at, surprise: peak.surprise } : before.told;
		const open: Open = { ...before, peak, underSince, lastOver, told };
		this.#state = open;
		return this.#tell(open, seen, told === before.told ? null : 'updated', null);
	}

	#whileLasting(before: Lasting, seen: Seen, heatMap: HeatMap | null): Verdict {
		const underSince = seen.surprise < RELEASE_SHARE * seen.level ? (before.underSince ?? seen.at) : null;
		if (underSince !== null && lasted(underSince, seen.at, this.#options.releaseSeconds)) {
			this.#state = { kind: 'quiet' };
			return { kind: 'quiet' };
		}
		const rising =
			seen.surprise < risenLevel(before, seen.level)
				? null
				: before.rising === null
					? pendingFrom(seen, heatMap)
					: { ...before.rising, peak: higherPeak(before.rising.peak, seen, heatMap) };
		const lasting: Lasting = { ...before, underSince, rising };
		this.#state = lasting;
		if (rising !== null && lasted(rising.since.at, seen.at, this.#options.minimumSeconds)) {
			return this.#start(rising, seen, { ...lasting, rising: null });
		}
		if (rising !== null) return { kind: 'pending', since: rising.since.score.capturedAt };
		return lasting.accepted ? { kind: 'quiet' } : { kind: 'lasting', lasting: lasting.of };
	}

	/** What is lasting goes on lasting, as far as anybody knows. */
	#endNow(last: Seen, reason: EndReason): Verdict | null {
		if (this.#state.kind === 'open') return this.#end(this.#state, last, reason);
		this.#forgetPending();
		return null;
	}

	#forgetPending(): void {
		if (this.#state.kind === 'pending') this.#state = { kind: 'quiet' };
		else if (this.#state.kind === 'lasting') this.#state = { ...this.#state, rising: null };
	}

	#end(open: Open, seen: Seen, reason: EndReason): Verdict {
		this.#state = open.beneath ?? { kind: 'quiet' };
		if (reason === 'lasting') {
			const of = { id: open.id, endedAt: open.lastOver.score.capturedAt };
			const reference = this.#recent.highest;
			this.#state = { kind: 'lasting', of, reference, accepted: false, underSince: null, rising: null };
		}
		return this.#tell(open, seen, 'ended', reason);
	}

	#tell(
		{ id, startedAt, lastOver, peak }: Open,
		seen: Seen,
		change: AlarmChange | null,
		endReason: EndReason | null,
	): Verdict {
		const alarm: Alarm = {
			id,
			camera: seen.score.camera,
			startedAt,
			endedAt: change === 'ended' ? lastOver.score.capturedAt : null,
			endReason,
			frameAt: seen.score.capturedAt,
			peakAt: peak.score.capturedAt,
			surprise: seen.surprise,
			peakSurprise: peak.surprise,
			level: seen.level,
			onceInHours: peak.score.onceInHours ?? 0,
			severity: severityOf(peak.surprise, peak.level),
			why: whyOf(peak.score),
			reasons: reasonsOf(peak.score, this.#options.framesPerSecond),
			region: peak.regions[0] ?? null,
			regions: peak.regions,
			zones: [],
			model: this.#options.model,
			standing: null,
			feedback: null,
			gathered: false,
		};
		return { kind: 'alarm', alarm, change };
	}
}

function lasted(from: number, to: number, seconds: number): boolean {
	return to - from >= seconds - ROUNDING_SECONDS;
}

/** A score over a level has a calibration, and with it a rarest channel. */
function whyOf({ why }: Score): Alarm['why'] {
	if (why === null) throw new Error('A score over its level names no channel: the scorer is broken');
	return why;
}
