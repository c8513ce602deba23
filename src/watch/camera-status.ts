import type { LastingAlarm, Verdict } from '../core/alarm.ts';
import type { CalibrationState } from '../core/calibration-state.ts';
import type { CameraMode, CameraState, ScheduleState } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import type { DaemonEvent } from '../core/events.ts';
import type { FloodState } from '../core/flood.ts';
import type { Hearing } from '../core/hearing.ts';
import type { OpenFault } from '../core/integrity.ts';
import type { CameraModel, LearningState } from '../core/learning-state.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, MonotonicMs, UtcMs } from '../core/units.ts';

/** The frame rate shown is measured over this long. */
const RATE_MS = 10_000;

/** Keeps what everybody is told of one camera up to date. */
export class CameraStatus {
	readonly #clock: Clock;
	readonly #changed: (state: CameraState) => void;
	#state: CameraState;
	#scored: MonotonicMs[] = [];
	/** Whether an alarm of what moves is open, and one of what stands. */
	#moving = false;
	#standing = false;

	constructor(camera: CameraId, mode: CameraMode, clock: Clock, changed: (state: CameraState) => void) {
		this.#clock = clock;
		this.#changed = changed;
		this.#state = {
			camera,
			mode,
			stream: 'connecting',
			streamSince: clock.utcNow(),
			failure: null,
			schedule: null,
			learningProgress: null,
			framesPerSecond: null,
			surprise: null,
			level: null,
			anomaly: false,
			lastAlarmAt: null,
			lasting: null,
			flood: null,
			integrity: [],
			model: null,
			learning: null,
			hearing: null,
			calibration: null,
		};
	}

	get state(): CameraState {
		return this.#state;
	}

	/** Whether the first attempt to connect has come to something, good or bad. */
	get attempted(): boolean {
		return this.#state.stream !== 'connecting' || this.#state.failure !== null;
	}

	/** Follows the stream: what concerns it among the camera's events. */
	follow(event: DaemonEvent): void {
		switch (event.kind) {
			case 'camera-connected':
				this.#stream('ok', null);
				break;
			case 'camera-lost': {
				const { reason, detail, retryInMs } = event;
				if (retryInMs === null) this.#stream('ended', reason === 'ended' ? null : { reason, detail });
				else this.#stream(reason === 'stalled' ? 'stalled' : 'offline', { reason, detail });
				break;
			}
			default:
		}
	}

	mode(mode: CameraMode, learningProgress: number | null): void {
		this.#set({ mode, learningProgress });
	}

	schedule(schedule: ScheduleState | null): void {
		this.#set({ schedule });
	}

	model(model: CameraModel | null): void {
		this.#set({ model });
	}

	calibration(calibration: CalibrationState): void {
		this.#set({ calibration });
	}

	hearing(hearing: Hearing): void {
		this.#set({ hearing });
	}

	learning(learning: LearningState): void {
		this.#set({ learning });
	}

	scored({ surprise, level }: Score, verdict: Verdict): void {
		const now = this.#clock.monotonicNow();
		this.#scored.push(now);
		while (this.#scored[0]! < now - RATE_MS) this.#scored.shift();
		const spanMs = now - this.#scored[0]!;
		const framesPerSecond = spanMs > 0 ? ((this.#scored.length - 1) * 1000) / spanMs : null;
		this.#moving = verdict.kind === 'alarm' && verdict.alarm.endedAt === null;
		this.#set({
			framesPerSecond,
			surprise,
			level,
			anomaly: this.#moving || this.#standing,
			...(verdict.kind === 'alarm' ? { lastAlarmAt: verdict.alarm.startedAt } : {}),
		});
	}

	lasting(lasting: LastingAlarm | null): void {
		if (lasting?.id !== this.#state.lasting?.id) this.#set({ lasting });
	}

	flood(flood: FloodState | null): void {
		this.#set({ flood });
	}

	integrity(integrity: readonly OpenFault[]): void {
		this.#set({ integrity });
	}

	/** An alarm ended without a score, since none came. */
	quiet(): void {
		this.#moving = false;
		this.#set({ anomaly: this.#standing });
	}

	/** An alarm of what stands is open, begun then, or ended. */
	standing(open: boolean, startedAt: UtcMs): void {
		this.#standing = open;
		this.#set({ anomaly: this.#moving || open, ...(open ? { lastAlarmAt: startedAt } : {}) });
	}

	#stream(stream: CameraState['stream'], failure: CameraState['failure']): void {
		const since = stream === this.#state.stream ? this.#state.streamSince : this.#clock.utcNow();
		const gone = stream === 'ok' ? {} : { framesPerSecond: null, surprise: null };
		if (stream !== 'ok') this.#scored = [];
		this.#set({ stream, streamSince: since, failure, ...gone });
	}

	#set(change: Partial<CameraState>): void {
		this.#state = { ...this.#state, ...change };
		this.#changed(this.#state);
	}
}
