import type { MemoryRequests } from '../../src/core/memory.ts';
import { cameraId } from '../../src/core/units.ts';
import type { StateFiles } from '../../src/record/state-files.ts';
import { type MemoryHistory, memoryHistory } from '../../src/watch/memory-history.ts';

/** Snapshots of a camera called door, kept as texts in a map by their names. */
export function rememberedHistory(kept: Map<string, string>): MemoryHistory {
	const state: StateFiles = {
		path: () => '',
		folder: async () => '',
		save: async (_camera, kind, bytes) => void kept.set(kind, Buffer.from(bytes).toString()),
		load: async (_camera, kind) => (kept.has(kind) ? Buffer.from(kept.get(kind)!) : null),
		kinds: async () => [...kept.keys()],
		remove: async (_camera, kind) => void kept.delete(kind),
	};
	return memoryHistory(state, cameraId('door'), 'memory');
}

/** Of a daemon that is not asked for memories. */
export const noMemories: MemoryRequests = {
	snapshots: async () => [],
	rollBack: async () => {
		throw new Error('not asked for here');
	},
};
