import type { IntegrityFault, IntegrityNotice } from '../core/integrity.ts';
import type { OutboxMessage } from '../core/outbox.ts';
import type { MonotonicMs, UtcMs } from '../core/units.ts';
import type { FaultQuery } from './integrity-store.ts';
import type { PutResult } from './store-calls.ts';
import type { StoreThread } from './store-thread.ts';

/** As `MessageOf`, of a fault. */
export type FaultMessageOf = (notice: IntegrityNotice) => { readonly topic: string; readonly payload: unknown } | null;

/** Faults of cameras. */
export interface IntegrityRecords {
	/** Stores the fault together with its message, as `Recorder.saveAlarm` does. */
	save(notice: IntegrityNotice): Promise<void>;
	/** Ends the faults that a stop or a crash has left open. To be called before cameras are watched. */
	closeOpen(): Promise<readonly IntegrityNotice[]>;
	/** Newest first. */
	faults(query: FaultQuery): Promise<readonly IntegrityFault[]>;
}

export interface IntegrityRecordsParts {
	readonly call: StoreThread['call'];
	readonly messageOf: FaultMessageOf;
	readonly utcNow: () => UtcMs;
	readonly monotonicNow: () => MonotonicMs;
	/** Told of a message that was stored, and of what had to go for it. */
	readonly stored: (result: PutResult & { readonly message: OutboxMessage }) => void;
	readonly orWarn: (otherwise: string, change: () => Promise<unknown>) => Promise<void>;
}

export function integrityRecords(parts: IntegrityRecordsParts): IntegrityRecords {
	const { call, messageOf, utcNow, monotonicNow, stored, orWarn } = parts;
	const save = (notice: IntegrityNotice) =>
		orWarn(`a fault of ${notice.fault.camera} is not recorded`, async () => {
			const outgoing = messageOf(notice);
			const message = outgoing === null ? null : { topic: outgoing.topic, payload: JSON.stringify(outgoing.payload) };
			const result = await call('saveFault', { fault: notice.fault, message, at: utcNow() });
			if (result !== null) stored(result);
		});
	return {
		save,
		closeOpen: async () => {
			const notices: IntegrityNotice[] = [];
			for (const fault of await call('openFaults')) {
				const notice: IntegrityNotice = {
					change: 'ended',
					fault: { ...fault, endedAt: fault.frameAt },
					arrivedAt: monotonicNow(),
				};
				await save(notice);
				notices.push(notice);
			}
			return notices;
		},
		faults: (query) => call('faults', query),
	};
}
