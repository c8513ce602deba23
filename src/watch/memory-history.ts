import { type MemorySnapshot, SNAPSHOT_REASONS, type SnapshotReason } from '../core/memory.ts';
import { type CameraId, type UtcMs, utcMs } from '../core/units.ts';
import type { StateFiles } from '../record/state-files.ts';

/** What a camera's memory for one model was. Bounded: 24 hours and 7 days, 24 alarms and 8 that were replaced. */
export interface MemoryHistory {
	/** Newest first. @throws ForeframeError STORE_FAILED, as all of these */
	list(): Promise<readonly MemorySnapshot[]>;
	/** The newest from a time or before it, of those that were never replaced. */
	before(at: UtcMs): Promise<MemorySnapshot | null>;
	/** null where it is gone or damaged. */
	load(snapshot: MemorySnapshot): Promise<Uint8Array | null>;
	/** Keeps one, and forgets what is one too many. */
	keep(snapshot: MemorySnapshot, state: Uint8Array): Promise<void>;
	/** Forgets what is younger than a time, but what was replaced. */
	forgetAfter(at: UtcMs): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEPT = { hours: 24, days: 7, alarms: 24, replaced: 8 } as const;

/** `kind`: what the memory itself is kept as. */
export function memoryHistory(state: StateFiles, camera: CameraId, kind: string): MemoryHistory {
	const list = async () =>
		(await state.kinds(camera))
			.map((name) => parse(name, kind))
			.filter((snapshot) => snapshot !== null)
			.sort((a, b) => b.at - a.at);
	const forget = async (snapshots: readonly MemorySnapshot[]) => {
		for (const snapshot of snapshots) await state.remove(camera, nameOf(snapshot, kind));
	};
	return {
		list,
		before: async (at) => newestBefore(await list(), at),
		load: (snapshot) => state.load(camera, nameOf(snapshot, kind)),
		keep: async (snapshot, bytes) => {
			await state.save(camera, nameOf(snapshot, kind), bytes);
			const all = await list();
			const kept = new Set(keptSnapshots(all));
			await forget(all.filter((one) => !kept.has(one)));
		},
		forgetAfter: async (at) =>
			forget((await list()).filter((snapshot) => snapshot.at > at && snapshot.reason !== 'replaced')),
	};
}

/** Which of all are kept: of the newest hours and days that have any the newest of each, and the newest of the others. */
export function keptSnapshots(newestFirst: readonly MemorySnapshot[]): readonly MemorySnapshot[] {
	const hourly = newestFirst.filter(({ reason }) => reason === 'hourly');
	const others = (reason: SnapshotReason, count: number) =>
		newestFirst.filter((snapshot) => snapshot.reason === reason).slice(0, count);
	return [
		...new Set([
			...newestOfEach(hourly, HOUR_MS).slice(0, KEPT.hours),
			...newestOfEach(hourly, DAY_MS).slice(0, KEPT.days),
			...others('alarm', KEPT.alarms),
			...others('replaced', KEPT.replaced),
		]),
	];
}

/** See `MemoryHistory.before`. */
export function newestBefore(newestFirst: readonly MemorySnapshot[], at: UtcMs): MemorySnapshot | null {
	return newestFirst.find((snapshot) => snapshot.at <= at && snapshot.reason !== 'replaced') ?? null;
}

function newestOfEach(newestFirst: readonly MemorySnapshot[], slotMs: number): MemorySnapshot[] {
	const slots = new Map<number, MemorySnapshot>();
	for (const snapshot of newestFirst) {
		const slot = Math.floor(snapshot.at / slotMs);
		if (!slots.has(slot)) slots.set(slot, snapshot);
	}
	return [...slots.values()];
}

function nameOf({ at, reason }: MemorySnapshot, kind: string): string {
	return `${kind}-at-${Math.round(at)}-${reason}`;
}

function parse(name: string, kind: string): MemorySnapshot | null {
	if (!name.startsWith(`${kind}-at-`)) return null;
	const match = /^(\d{1,15})-([a-z]+)$/.exec(name.slice(kind.length + 4));
	const reason = SNAPSHOT_REASONS.find((one) => one === match?.[2]);
	return match === null || reason === undefined ? null : { at: utcMs(Number(match[1])), reason };
}
