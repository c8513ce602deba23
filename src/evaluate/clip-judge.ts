import { newAlarmId } from '../alarm/alarm-id.ts';
import { Judge, type JudgeOptions } from '../alarm/judge.ts';
import type { Alarm, Verdict } from '../core/alarm.ts';
import type { HeatMap } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import { surprise } from '../core/units.ts';
import type { AlarmSpan, WindowSeries } from './report.ts';

export interface ClipJudgeOptions extends Omit<JudgeOptions, 'newAlarmId'> {
	/** The surprise over which an alarm may start. */
	readonly level: number;
}

/** What became of an alarm, before anybody knows whether it was right. */
export type JudgedAlarm = Omit<AlarmSpan, 'outcome'>;

/** The camera's judge over one clip, which ends what is open when the clip does. Seconds are the clip's. */
export class ClipJudge {
	readonly #judge: Judge;
	readonly #level: number;
	readonly #alarms: JudgedAlarm[] = [];
	#tellings: { readonly startSeconds: number; readonly toldSeconds: number } | null = null;
	#clip: { readonly capturedAt: number; readonly seconds: number } | null = null;

	constructor({ level, ...options }: ClipJudgeOptions) {
		this.#level = level;
		this.#judge = new Judge({ ...options, newAlarmId });
	}

	/** See `Judge.alert`. */
	get alert(): boolean {
		return this.#judge.alert;
	}

	judge(score: Score, heatMap: HeatMap | null, seconds: number): WindowSeries['verdict'] {
		this.#clip ??= { capturedAt: score.capturedAt, seconds };
		const verdict = this.#judge.judge({ ...score, level: surprise(this.#level) }, heatMap);
		this.#note(verdict, seconds);
		switch (verdict.kind) {
			case 'alarm':
				return verdict.change === 'ended' ? 'quiet' : 'alarm';
			case 'pending':
				return 'pending';
			case 'quiet':
			case 'unknown':
			case 'lasting':
				return 'quiet';
			default:
				return verdict satisfies never;
		}
	}

	/** The clip has ended. */
	close(): readonly JudgedAlarm[] {
		const verdict = this.#judge.close('stopped');
		if (verdict !== null) this.#note(verdict, null);
		return this.#alarms;
	}

	/** @param seconds when it was told, null for the end of the clip */
	#note(verdict: Verdict, seconds: number | null): void {
		if (verdict.kind !== 'alarm') return;
		const { alarm, change } = verdict;
		if (change === 'started') {
			this.#tellings = { startSeconds: this.#secondsOf(alarm.startedAt), toldSeconds: seconds! };
		} else if (change === 'ended') {
			this.#alarms.push({ ...this.#tellings!, ...this.#rest(alarm), closedSeconds: seconds });
		}
	}

	#rest({ endedAt, peakAt, peakSurprise, why, region }: Alarm) {
		return {
			endSeconds: this.#secondsOf(endedAt!),
			peakSurprise,
			peakSeconds: this.#secondsOf(peakAt),
			why,
			region,
		};
	}

	#secondsOf(capturedAt: number): number {
		const since = capturedAt - this.#clip!.capturedAt;
		return Math.round(1000 * this.#clip!.seconds + since) / 1000;
	}
}
