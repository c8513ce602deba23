import { newAlarmId } from '../../alarm/alarm-id.ts';
import { Judge } from '../../alarm/judge.ts';
import { Zones } from '../../alarm/zones/zones.ts';
import type { CameraConfig } from '../../config/schema.ts';
import type { Alarm, Verdict } from '../../core/alarm.ts';
import type { Observe } from '../../core/events.ts';
import type { Frame } from '../../core/frame.ts';
import type { Prediction } from '../../core/prediction.ts';
import type { Score } from '../../core/score.ts';
import { surprise, type UtcMs } from '../../core/units.ts';
import type { Calibration } from '../../score/calibration.ts';
import { type Level, levelOf } from '../../score/level.ts';
import type { Brain } from '../brain.ts';
import { maskPlanOf, zonesOf } from '../mask-plan.ts';
import { CameraStanding } from '../standing/camera-standing.ts';

export interface ReplayedAlarm {
	/** Place among the recordings. */
	readonly recording: number;
	/** From the beginning of the recording. */
	readonly startSeconds: number;
	readonly endSeconds: number;
	readonly alarm: Alarm;
}

export interface BudgetReplayParts {
	readonly camera: CameraConfig;
	readonly model: { readonly id: string; readonly version: string };
	readonly calibration: Calibration;
	readonly falseAlarmsPerHour: number;
	/** The camera's own. */
	readonly ownBudget: number;
	/** What a daemon knew to stand there; null where it begins anew. */
	readonly standing: Uint8Array | null;
	readonly observe: Observe;
}

/** Where a replay is. */
export interface Moment {
	readonly recording: number;
	readonly from: UtcMs;
	/** Whether alarms may start. */
	readonly armed: boolean;
}

/** What one budget makes of a replay: its judge, and its look-out for what stands still. */
export class BudgetReplay {
	readonly level: Level;
	readonly alarms: ReplayedAlarm[] = [];
	readonly #judge: Pick<Brain, 'judge' | 'rest'>;
	readonly #standing: CameraStanding | null;
	#moment: Moment | null = null;

	/** With the camera's own budget its `brain` is the judge. */
	constructor(parts: BudgetReplayParts, brain: Brain | null) {
		const { camera, calibration, falseAlarmsPerHour } = parts;
		const levelFor = (budget: number) => levelOf(calibration.combined, budget, camera.alarm.minimumSeconds);
		this.level = levelFor(falseAlarmsPerHour);
		this.#judge = brain ?? judgeOf(parts, this.level.level - levelFor(parts.ownBudget).level);
		this.#standing = camera.standing.enabled ? this.#standingOf(parts) : null;
	}

	/** Before anything of a moment is judged. Nothing lasts from one recording to another, or over a switch of the schedule. */
	async goOn(moment: Moment): Promise<void> {
		const before = this.#moment;
		if (before !== null && (before.recording !== moment.recording || before.armed !== moment.armed)) await this.close();
		this.#moment = moment;
	}

	async see(frame: Frame): Promise<void> {
		await this.#standing?.see(frame, this.#moment!.armed ? 'armed' : 'resting');
	}

	judge(score: Score, prediction: Prediction): void {
		this.#note(this.#judge.judge(score, prediction));
	}

	/** Ends what is open. */
	async close(): Promise<void> {
		this.#note(this.#judge.rest('stopped'));
		await this.#standing?.close('stopped');
	}

	#standingOf({ camera, falseAlarmsPerHour, standing, observe }: BudgetReplayParts): CameraStanding {
		return new CameraStanding({
			camera: camera.id,
			options: camera.standing,
			framesPerSecond: camera.framesPerSecond,
			falseAlarmsPerHour,
			maximumSeconds: camera.alarm.maximumSeconds,
			mask: maskPlanOf(camera),
			zones: zonesOf(camera),
			newAlarmId,
			store: { load: async () => standing, save: async () => {} },
			observe,
			said: () => ({ forgiven: [], confirmed: [] }),
			keepPattern: () => {},
			keepEvidence: () => {},
			tell: async (alarm, change) => this.#note({ kind: 'alarm', alarm, change }),
		});
	}

	#note(verdict: Verdict | null): void {
		if (verdict?.kind !== 'alarm' || verdict.change !== 'ended') return;
		const { recording, from, armed } = this.#moment!;
		const { alarm } = verdict;
		if (!armed) return;
		const seconds = (at: UtcMs) => (at - from) / 1000;
		this.alarms.push({
			recording,
			startSeconds: seconds(alarm.startedAt),
			endSeconds: seconds(alarm.endedAt!),
			alarm,
		});
	}
}

/** `above`: the own budget's level, which may move while the camera is watched. */
function judgeOf({ camera, model }: BudgetReplayParts, above: number): Pick<Brain, 'judge' | 'rest'> {
	const { framesPerSecond, alarm } = camera;
	const judge = new Judge({ ...alarm, framesPerSecond, model, newAlarmId });
	const zones = new Zones(zonesOf(camera));
	return {
		judge: (score, { heatMap }) => {
			const level = score.level === null ? null : surprise(score.level + above);
			return zones.place(judge.judge({ ...score, level }, heatMap), heatMap);
		},
		rest: (reason) => {
			const ended = judge.close(reason);
			return ended === null ? null : zones.place(ended, null);
		},
	};
}
