import { ForeframeError } from '../../src/core/errors.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import type { Size } from '../../src/core/frame.ts';
import type { Channel, Prediction } from '../../src/core/prediction.ts';
import { type AlarmId, cameraId, rawScore } from '../../src/core/units.ts';
import type { Detector, MemoryDrift } from '../../src/detect/detector.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { Brain, type BrainParts } from '../../src/watch/brain.ts';
import { rememberedHistory } from './memory-history.ts';
import { predictionOf } from './scores.ts';

export const SIZE: Size = { width: 64, height: 48 };
/** As few as a camera may learn from. */
export const LEARNED_AFTER = 100;

const CHANNELS_OF_DETECTOR = ['patch', 'regular'] as const satisfies readonly Channel[];

/** A detector that says what it is told to say, and what it was asked. */
export interface SaidDetector extends Detector {
	/** The `patch` score of the window it is asked about next. */
	next: number;
	/** What its one camera remembers: set by `loadState`, given by `saveState`. */
	memory: string | null;
	/** How far its memory is from another. */
	driftOf: (from: string) => MemoryDrift;
	gate: number | null;
	readonly frozen: readonly boolean[];
	readonly prepared: readonly Size[];
}

export function saidDetector(version = '1'): SaidDetector {
	const frozen: boolean[] = [];
	const prepared: Size[] = [];
	const detector: SaidDetector = {
		name: 'said',
		model: { id: 'said', version },
		expects: { frames: 1, framesPerSecond: null },
		channels: CHANNELS_OF_DETECTOR,
		weights: new Map([['patch', 1]]),
		next: 1,
		memory: 'new',
		guardsMemory: true,
		driftOf: () => ({ mean: 0, most: 0 }),
		gate: null,
		frozen,
		prepared,
		prepare: async (size) => void prepared.push(size),
		camera: () => ({
			detect: async (window, { freezeMemory }) => {
				frozen.push(freezeMemory);
				const { run, index } = window.target;
				const { channels } = predictionOf({ run, index, channels: { patch: detector.next, regular: 0.5 } });
				return { ...predictionOf({ run, index, channels: {} }), window, channels };
			},
			saveState: () => (detector.memory === null ? null : Buffer.from(detector.memory)),
			loadState: (state) => {
				const text = Buffer.from(state).toString();
				if (text === 'spoiled') throw new ForeframeError('MODEL_INVALID', 'Cannot use a spoiled memory');
				detector.memory = text;
			},
			driftFrom: (state) => (detector.memory === null ? null : detector.driftOf(Buffer.from(state).toString())),
			forgive: () => {},
			setGate: (gamma) => {
				detector.gate = gamma;
			},
		}),
		[Symbol.asyncDispose]: async () => {},
	};
	return detector;
}

export interface RememberedStore {
	/** What is read, in order: a calibration, or what reading it throws. */
	calibrations: (Calibration | Error)[];
	saved: Calibration[];
	memory: string | null;
	/** Every memory that was put away. */
	readonly memories: string[];
	readonly history: Map<string, string>;
	/** What was gathered of what is normal, by name. */
	readonly normal: Map<string, Uint8Array>;
	/** Thrown by everything that writes. */
	full: Error | null;
}

export function brainParts(detector: SaidDetector = saidDetector()) {
	const events: DaemonEvent[] = [];
	const progress: (number | null)[] = [];
	const store: RememberedStore = {
		calibrations: [],
		saved: [],
		memory: null,
		memories: [],
		history: new Map(),
		normal: new Map(),
		full: null,
	};
	const write = () => {
		if (store.full !== null) throw store.full;
	};
	const parts: BrainParts = {
		camera: cameraId('door'),
		detector,
		weights: detector.weights,
		framesPerSecond: 5,
		masks: { hidden: [], only: null },
		zones: [],
		smoothing: 1,
		calibrationMinutes: 0.1,
		falseAlarmsPerHour: 12,
		forgiven: () => [],
		said: () => ({ normal: [], confirmed: [] }),
		judge: { minimumSeconds: 0.4, releaseSeconds: 1, newAlarmId: (at) => `alarm-${at}` as AlarmId },
		store: {
			calibrations: async () =>
				store.calibrations.map((given) => async () => {
					if (given instanceof Error) throw given;
					return given;
				}),
			saveCalibration: async (calibration) => {
				write();
				store.saved.push(calibration);
			},
			trustedFrom: null,
			loadNormal: async (name) => store.normal.get(name) ?? null,
			saveNormal: async (name, bytes) => {
				write();
				store.normal.set(name, bytes);
			},
			loadMemory: async () => (store.memory === null ? null : Buffer.from(store.memory)),
			saveMemory: async (bytes) => {
				write();
				store.memories.push(Buffer.from(bytes).toString());
			},
			history: rememberedHistory(store.history),
		},
		random: () => 0.5,
		observe: (event) => events.push(event),
		learned: (value) => progress.push(value),
	};
	return {
		parts,
		store,
		progress,
		detector,
		warnings: () => events.flatMap((event) => (event.kind === 'warning' ? [event.detail] : [])),
	};
}

/** What a camera of `SIZE` has learned from normal footage. */
export async function learnedCalibration(): Promise<Calibration> {
	const { parts, store, detector } = brainParts();
	await using brain = await Brain.open(SIZE, parts);
	for (let index = 0; index < LEARNED_AFTER; index++) {
		detector.next = normalScore(index);
		await brain.score(await brain.detect(windowAt(index)));
	}
	return store.saved[0]!;
}

/** A normal `patch` score: some spread, no more than 1.5. */
export function normalScore(n: number): number {
	return 1 + 0.5 * Math.abs(Math.sin(n * 12.9898));
}

export function windowAt(index: number, run = 1): Prediction['window'] {
	return predictionOf({ run, index, channels: { patch: rawScore(0) } }).window;
}
