import type { Verdict } from '../core/alarm.ts';
import type { CameraMode, CameraState } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import type { DaemonEvent } from '../core/events.ts';
import type { Hearing } from '../core/hearing.ts';
import type { CameraModel, LearningState } from '../core/learning-state.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';

/** The frame rate shown is measured over this long. */
const RATE_MS = 10_000;

/** Keeps what everybody is told of one camera up to date. */
export class CameraStatus {
	readonly #clock: Clock;
	readonly #changed: (state: CameraState) => void;
	#state: CameraState;
	#scored: MonotonicMs[] = [];

	constructor(camera: CameraId, mode: CameraMode, clock: Clock, changed: (state: CameraState) => void) {
		this.#clock = clock;
		this.#changed = changed;
		this.#state = {
			camera,
			mode,
			stream: 'connecting',
			streamSince: clock.utcNow(),
			failure: null,
			learningProgress: null,
			framesPerSecond: null,
			surprise: null,
			level: null,
			anomaly: false,
			lastAlarmAt: null,
			model: null,
			learning: null,
			hearing: null,
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

	model(model: CameraModel | null): void {
		this.#set({ model });
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
		const open = verdict.kind === 'alarm' && verdict.alarm.endedAt === null;
		this.#set({
			framesPerSecond,
			surprise,
			level,
			anomaly: open,
			...(verdict.kind === 'alarm' ? { lastAlarmAt: verdict.alarm.startedAt } : {}),
		});
	}

	/** An alarm ended without a score, since none came. */
	quiet(): void {
		this.#set({ anomaly: false });
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
