import { ForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { MemorySnapshot, RolledBack, WantedMemory } from '../core/memory.ts';
import { type CameraId, type UtcMs, utcMs } from '../core/units.ts';
import type { MemoryKeeper, MemoryStore } from './memory-keeper.ts';

/** What a person, or an alarm that was confirmed, may ask of a camera's memory. */
export interface MemoryControl {
	/** Newest first. @throws ForeframeError STORE_FAILED */
	snapshots(): Promise<readonly MemorySnapshot[]>;
	/**
	 * From the next window on the camera remembers what it did then; what it was after that, but for what was replaced, is
	 * forgotten.
	 * @param why for people
	 * @throws ForeframeError USAGE where there is no such memory; STORE_FAILED
	 */
	rollBack(wanted: WantedMemory, why: string): Promise<RolledBack>;
}

export interface MemoryControlParts {
	readonly camera: CameraId;
	readonly utcNow: () => UtcMs;
	readonly observe: Observe;
	/** Of the model that the camera is watched with. */
	readonly store: () => MemoryStore;
	/** null while the camera is not being watched. */
	readonly keeper: () => MemoryKeeper | null;
}

export function memoryControl(parts: MemoryControlParts): MemoryControl {
	const { camera, utcNow, observe } = parts;
	const rollBack = async (wanted: WantedMemory, why: string): Promise<RolledBack> => {
		const { history, loadMemory, saveMemory } = parts.store();
		const all = await history.list();
		const to =
			wanted.kind === 'before'
				? await history.before(wanted.time)
				: (all.find(({ at, reason }) => at === wanted.snapshot.at && reason === wanted.snapshot.reason) ?? null);
		const state = to === null ? null : await history.load(to);
		if (to === null || state === null) throw missing(camera, wanted, all);
		const current = parts.keeper()?.believed ?? (await loadMemory());
		const replaced: MemorySnapshot | null =
			current === null ? null : { at: utcMs(Math.round(utcNow())), reason: 'replaced' };
		if (replaced !== null) await history.keep(replaced, current!);
		// First: bytes of another model are refused, and nothing has changed.
		parts.keeper()?.replace(state);
		await saveMemory(state);
		if (to.reason !== 'replaced') await history.forgetAfter(to.at);
		observe({ kind: 'memory-replaced', camera, at: to.at, why });
		return { to, replaced };
	};
	return { snapshots: () => parts.store().history.list(), rollBack };
}

function missing(camera: CameraId, wanted: WantedMemory, all: readonly MemorySnapshot[]): ForeframeError {
	const time = new Date(wanted.kind === 'before' ? wanted.time : wanted.snapshot.at).toISOString();
	const oldest = all.at(-1);
	const there =
		oldest === undefined
			? 'there is none yet'
			: `the oldest of ${all.length} is of ${new Date(oldest.at).toISOString()}`;
	const which = wanted.kind === 'before' ? `from before ${time}` : `of ${time}`;
	return new ForeframeError('USAGE', `Camera ${camera} has no memory ${which}: ${there}`);
}
