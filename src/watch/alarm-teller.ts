import { newAlarmId } from '../alarm/alarm-id.ts';
import { FloodGate, type FloodMemory } from '../alarm/flood.ts';
import type { Alarm, AlarmChange } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Flood, FloodChange, FloodNotice } from '../core/flood.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { MessageOf, Recorder } from '../record/recorder.ts';
import type { CameraStatus } from './camera-status.ts';

export interface AlarmTellerParts {
	readonly camera: CameraId;
	readonly falseAlarmsPerHour: number;
	readonly clock: Clock;
	readonly observe: Observe;
	readonly status: CameraStatus;
	readonly recorder: Recorder;
	readonly messageOf: MessageOf;
	/** null while it is being opened. */
	readonly publisher: () => Publisher | null;
	/** Told of an alarm's end, when it is stored. */
	readonly ended: (alarm: Alarm) => Promise<void>;
}

/** Stores and publishes one camera's alarms: each by itself, or gathered into a summary while there are too many. */
export interface AlarmTeller {
	/** `arrivedAt` is when the deciding frame came. */
	tell(alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs): Promise<void>;
	/** Ends summaries when there are few alarms again. */
	run(signal: AbortSignal): Promise<void>;
}

const STATE = 'flood';
const TICK_MS = 10_000;

/** @throws ForeframeError STORE_FAILED */
export async function openAlarmTeller(parts: AlarmTellerParts): Promise<AlarmTeller> {
	const { camera, falseAlarmsPerHour, clock, observe, status, recorder, messageOf, publisher } = parts;
	const stored = await recorder.state.load(camera, STATE);
	const gate = new FloodGate({ falseAlarmsPerHour, newId: newAlarmId }, stored === null ? null : read(stored));
	const show = () => status.flood(gate.flood);
	show();
	const save = async () => {
		try {
			await recorder.state.save(camera, STATE, new TextEncoder().encode(JSON.stringify(gate.memory)));
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			observe({
				kind: 'warning',
				about: camera,
				detail: `how many alarms there were is not kept: ${describeError(error)}`,
			});
		}
	};
	const tellFlood = async (told: { readonly change: FloodChange; readonly flood: Flood } | null) => {
		show();
		if (told === null) return;
		const notice: FloodNotice = { ...told, at: clock.utcNow(), arrivedAt: clock.monotonicNow() };
		observe({ kind: 'flood', camera, notice });
		await publisher()?.publishFlood(notice);
	};
	return {
		tell: async (alarm, change, arrivedAt) => {
			const { way, flood } = gate.pass(alarm, change);
			if (way.kind === 'out') {
				const notice = await recorder.saveAlarm({ alarm, change: way.change, arrivedAt }, messageOf);
				observe({ kind: 'alarm', notice });
				await publisher()?.publishAlarm(notice);
			} else {
				await recorder.keepAlarm({ ...alarm, gathered: true });
				observe({ kind: 'alarm-gathered', camera, alarm: { ...alarm, gathered: true }, change });
			}
			await tellFlood(flood);
			if (change !== 'updated') await save();
			if (change === 'ended') await parts.ended(alarm);
		},
		run: async (signal) => {
			for (;;) {
				await clock.sleep(TICK_MS, signal);
				const told = gate.tick(clock.utcNow());
				await tellFlood(told);
				if (told?.change === 'ended') await save();
			}
		},
	};
}

/** What was written by `save`; null of another version. */
function read(bytes: Uint8Array): FloodMemory | null {
	const memory: FloodMemory = JSON.parse(new TextDecoder().decode(bytes));
	return Array.isArray(memory.starts) && Array.isArray(memory.gathered) ? memory : null;
}
