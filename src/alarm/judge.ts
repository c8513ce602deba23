import type { Alarm, AlarmChange, Region, Verdict } from '../core/alarm.ts';
import type { HeatMap } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import type { AlarmId, MonotonicMs, Surprise, UtcMs } from '../core/units.ts';
import { reasonsOf } from './reasons.ts';
import { strangeRegions } from './region.ts';
import { severityOf } from './severity.ts';

export interface JudgeOptions {
	readonly framesPerSecond: number;
	/** How long the score stays over the level before an alarm starts: this long from the first window to the deciding one. */
	readonly minimumSeconds: number;
	/** How long the score stays under the release level before the alarm ends. */
	readonly releaseSeconds: number;
	readonly model: { readonly id: string; readonly version: string };
	readonly newAlarmId: (startedAt: UtcMs) => AlarmId;
}

/**
 * An alarm ends under this share of the level. In surprise that is a power of the probability (a level of one window in 10⁵
 * is left at one in 10⁴), so the band grows with the rarity of the budget, as the swings of the score do.
 */
const RELEASE_SHARE = 0.8;
/** Without a score for this long, or for three windows of a slow camera, nobody knows whether the alarm goes on: it ends. */
export const SILENCE_SECONDS = 10;
const SILENCE_WINDOWS = 3;
/** A higher peak is told when the last telling is this old, */
const UPDATE_SECONDS = 2;
/** or at once when it is this much higher than the peak told last. */
const UPDATE_AT_ONCE = 1.5;

/** More places than these are no place any more. */
const REGIONS_MOST = 5;

/** Sums of frame intervals are compared with seconds to within this. */
const ROUNDING_SECONDS = 1e-6;

/** A score with its place in time. */
interface Seen {
	readonly score: Score;
	readonly surprise: Surprise;
	readonly level: Surprise;
	/** Seconds on the judge's own time line. */
	readonly at: number;
}

interface Pending {
	readonly kind: 'pending';
	readonly since: Seen;
	readonly peak: Peak;
}

interface Peak extends Seen {
	readonly regions: readonly Region[];
}

interface Open {
	readonly kind: 'open';
	readonly id: AlarmId;
	readonly startedAt: UtcMs;
	/** Latest score that was not under the release level. */
	readonly lastOver: Seen;
	/** Since when every score was under the release level. */
	readonly underSince: number | null;
	readonly peak: Peak;
	readonly told: { readonly at: number; readonly surprise: Surprise };
}

type State = { readonly kind: 'quiet' } | Pending | Open;

/**
 * Decides when one camera's scores are an alarm. Reads no clock: durations within a run are counted on the frames' time
 * base, which network bursts and clock corrections do not touch; between runs by the frames' monotonic arrival.
 */
export class Judge {
	readonly #options: JudgeOptions;
	readonly #silenceSeconds: number;
	#state: State = { kind: 'quiet' };
	#last: Seen | null = null;

	constructor(options: JudgeOptions) {
		this.#options = options;
		this.#silenceSeconds = Math.max(SILENCE_SECONDS, SILENCE_WINDOWS / options.framesPerSecond);
	}

	/** True from the first window over the level until the alarm has ended: the memory must not learn meanwhile. */
	get alert(): boolean {
		return this.#state.kind !== 'quiet';
	}

	/** Scores come in order of time. `heatMap` is that of the score's window. */
	judge(score: Score, heatMap: HeatMap | null): Verdict {
		const { surprise, level } = score;
		if (surprise === null || level === null) return { kind: 'unknown' };
		const before = this.#last;
		const seen: Seen = { score, surprise, level, at: this.#timeOf(score) };
		this.#last = seen;
		if (before !== null && seen.at - before.at > this.#silenceSeconds + ROUNDING_SECONDS) {
			const ended = this.#endForSilence(before);
			if (ended !== null) return ended;
		} else if (this.#state.kind === 'pending' && before?.score.run !== score.run) {
			this.#state = { kind: 'quiet' };
		}
		switch (this.#state.kind) {
			case 'quiet':
				return surprise >= level ? this.#brink(pendingFrom(seen, heatMap)) : { kind: 'quiet' };
			case 'pending':
				return this.#whilePending(this.#state, seen, heatMap);
			case 'open':
				return this.#whileOpen(this.#state, seen, heatMap);
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
		return this.#endForSilence(this.#last);
	}

	/** Ends what is open: the camera is no longer watched. Returns null where nothing ends. */
	close(): Verdict | null {
		return this.#last === null ? null : this.#endForSilence(this.#last);
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
		return this.#start(pending, since);
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
		return this.#start({ ...pending, peak }, seen);
	}

	#start({ since, peak }: Pending, seen: Seen): Verdict {
		const startedAt = since.score.capturedAt;
		const open: Open = {
			kind: 'open',
			id: this.#options.newAlarmId(startedAt),
			startedAt,
			lastOver: seen,
			underSince: null,
			peak,
			told: { at: seen.at, surprise: peak.surprise },
		};
		this.#state = open;
		return this.#tell(open, seen, 'started');
	}

	#whileOpen(before: Open, seen: Seen, heatMap: HeatMap | null): Verdict {
		const peak = higherPeak(before.peak, seen, heatMap);
		const under = seen.surprise < RELEASE_SHARE * seen.level;
		const underSince = under ? (before.underSince ?? seen.at) : null;
		const lastOver = under ? before.lastOver : seen;
		if (underSince !== null && lasted(underSince, seen.at, this.#options.releaseSeconds)) {
			return this.#end({ ...before, peak, lastOver }, seen);
		}
		const higher = peak.surprise / before.told.surprise;
		const due = higher > 1 && lasted(before.told.at, seen.at, UPDATE_SECONDS);
		const told = due || higher >= UPDATE_AT_ONCE ? { at: seen.at, surprise: peak.surprise } : before.told;
		const open: Open = { ...before, peak, underSince, lastOver, told };
		this.#state = open;
		return this.#tell(open, seen, told === before.told ? null : 'updated');
	}

	#endForSilence(last: Seen): Verdict | null {
		const state = this.#state;
		this.#state = { kind: 'quiet' };
		return state.kind === 'open' ? this.#end(state, last) : null;
	}

	#end(open: Open, seen: Seen): Verdict {
		this.#state = { kind: 'quiet' };
		return this.#tell(open, seen, 'ended');
	}

	#tell({ id, startedAt, lastOver, peak }: Open, seen: Seen, change: AlarmChange | null): Verdict {
		const alarm: Alarm = {
			id,
			camera: seen.score.camera,
			startedAt,
			endedAt: change === 'ended' ? lastOver.score.capturedAt : null,
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
			model: this.#options.model,
		};
		return { kind: 'alarm', alarm, change };
	}
}

function lasted(from: number, to: number, seconds: number): boolean {
	return to - from >= seconds - ROUNDING_SECONDS;
}

function pendingFrom(seen: Seen, heatMap: HeatMap | null): Pending {
	return { kind: 'pending', since: seen, peak: peakAt(seen, heatMap) };
}

function higherPeak(peak: Peak, seen: Seen, heatMap: HeatMap | null): Peak {
	return seen.surprise > peak.surprise ? peakAt(seen, heatMap) : peak;
}

function peakAt(seen: Seen, heatMap: HeatMap | null): Peak {
	return { ...seen, regions: heatMap === null ? [] : strangeRegions(heatMap, REGIONS_MOST) };
}

/** A score over a level has a calibration, and with it a rarest channel. */
function whyOf({ why }: Score): Alarm['why'] {
	if (why === null) throw new Error('A score over its level names no channel: the scorer is broken');
	return why;
}
