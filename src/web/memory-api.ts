import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isForeframeError } from '../core/errors.ts';
import { type MemoryRequests, type MemorySnapshot, SNAPSHOT_REASONS, type WantedMemory } from '../core/memory.ts';
import { type CameraId, utcMs } from '../core/units.ts';
import { Conflict } from './refusals.ts';

export interface MemoryApiDeps {
	readonly memory: MemoryRequests;
	/** The wire format's fields of a snapshot. */
	snapshotJson(snapshot: MemorySnapshot): object;
}

const rollback = z.strictObject({
	time_ms: z
		.string()
		.regex(/^\d{1,15}$/, 'expected milliseconds since 1970')
		.transform(Number),
	reason: z.enum(SNAPSHOT_REASONS).optional(),
});

/** The memories of cameras: which are kept, and taking one again. */
export function addMemoryApi(
	app: FastifyInstance,
	{ memory, snapshotJson }: MemoryApiDeps,
	cameraOf: (id: string) => CameraId,
): void {
	app.get<{ Params: { id: string } }>('/api/v1/cameras/:id/memory', async ({ params: { id } }) => ({
		snapshots: (await memory.snapshots(cameraOf(id))).map(snapshotJson),
	}));
	app.post<{ Params: { id: string } }>('/api/v1/cameras/:id/memory/rollback', async ({ params: { id }, query }) => {
		const camera = cameraOf(id);
		const { time_ms, reason } = rollback.parse(query);
		const at = utcMs(time_ms);
		const wanted: WantedMemory =
			reason === undefined ? { kind: 'before', time: at } : { kind: 'snapshot', snapshot: { at, reason } };
		try {
			const { to, replaced } = await memory.rollBack(camera, wanted);
			return { to: snapshotJson(to), replaced: replaced === null ? null : snapshotJson(replaced) };
		} catch (error) {
			if (!isForeframeError(error, 'USAGE')) throw error;
			throw new Conflict(error.message);
		}
	});
}
