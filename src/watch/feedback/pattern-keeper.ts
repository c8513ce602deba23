import type { Verdict } from '../../core/alarm.ts';
import type { Prediction } from '../../core/prediction.ts';
import type { AlarmId } from '../../core/units.ts';
import type { Regime } from '../../score/regimes.ts';
import type { AlarmPattern, PatternWindow } from './pattern.ts';

/** A pattern to be kept with its alarm, in place of what was kept of it before. */
export interface PatternOfAlarm {
	readonly alarm: AlarmId;
	readonly pattern: AlarmPattern;
}

/** Windows before the first over the level that belong to a pattern: what came nearer was odd before it was an alarm. */
const LEAD = 15;
/** Most windows of a pattern after those; where there are more, every second is dropped, over all of the alarm alike. */
const WINDOWS_MOST = 64;
/** Of a window: the largest. */
const THINGS_MOST = 4;

/** Follows one camera's windows, and says what each alarm looked like. */
export class PatternKeeper {
	#lead: PatternWindow[] = [];
	/** Since the first window over the level. */
	#alarm: PatternWindow[] | null = null;
	#of: Pick<AlarmPattern, 'model' | 'size'> | null = null;
	#id: AlarmId | null = null;
	#stride = 1;
	#skipped = 0;

	/** Returns the pattern of an alarm that has just started, reached a new peak or ended; else null. */
	see(prediction: Prediction, verdict: Verdict, model: AlarmPattern['model'], regime: Regime): PatternOfAlarm | null {
		const window = windowOf(prediction, regime);
		const { width, height } = prediction.window.target;
		this.#of = { model, size: { width, height } };
		switch (verdict.kind) {
			case 'unknown':
			case 'quiet':
			case 'lasting':
				this.#alarm = null;
				this.#lead.push(window);
				if (this.#lead.length > LEAD) this.#lead.shift();
				return null;
			case 'pending':
				this.#take(window);
				return null;
			case 'alarm': {
				const { change, alarm } = verdict;
				this.#id = alarm.id;
				this.#take(window);
				const pattern = change === null ? null : this.#pattern();
				if (change === 'ended') this.#forget();
				return pattern === null ? null : { alarm: alarm.id, pattern };
			}
			default:
				throw new Error(`Unknown verdict ${verdict satisfies never}`);
		}
	}

	/** The pattern of an alarm that ends without a window: the camera fell silent, or is no longer watched. */
	end(verdict: Verdict | null): PatternOfAlarm | null {
		if (verdict?.kind !== 'alarm' || verdict.change !== 'ended' || verdict.alarm.id !== this.#id) return null;
		const pattern = this.#pattern();
		this.#forget();
		return { alarm: verdict.alarm.id, pattern };
	}

	#forget(): void {
		this.#id = null;
		this.#alarm = null;
		this.#lead = [];
	}

	#take(window: PatternWindow): void {
		if (this.#alarm === null) {
			this.#alarm = [];
			this.#stride = 1;
			this.#skipped = 0;
		}
		this.#skipped++;
		if (this.#skipped < this.#stride) return;
		this.#skipped = 0;
		this.#alarm.push(window);
		if (this.#alarm.length <= WINDOWS_MOST) return;
		this.#alarm = this.#alarm.filter((_, place) => place % 2 === 0);
		this.#stride *= 2;
	}

	#pattern(): AlarmPattern {
		return { ...this.#of!, windows: [...this.#lead, ...(this.#alarm ?? [])] };
	}
}

function windowOf({ window, channels, rest, things }: Prediction, regime: Regime): PatternWindow {
	const { run, index, capturedAt } = window.target;
	return { run, index, capturedAt, regime, channels, rest, things: things.slice(0, THINGS_MOST) };
}
