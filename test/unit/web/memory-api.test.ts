import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../src/core/errors.ts';
import type { MemorySnapshot, WantedMemory } from '../../../src/core/memory.ts';
import { utcMs } from '../../../src/core/units.ts';
import { buildHttp } from '../../../src/web/http.ts';
import { sampleState } from '../../support/alarms.ts';
import { httpDeps } from '../../support/http-deps.ts';

const KEPT: MemorySnapshot = { at: utcMs(1_800_000_000_000), reason: 'hourly' };

test('the memories of a camera are listed and taken again, by a time or by themselves', async () => {
	await using rig = await create();
	const listed = await rig.app.inject('/api/v1/cameras/yard/memory');
	assert.deepEqual(listed.json(), { snapshots: [{ time_ms: KEPT.at, reason: 'hourly' }] });
	const back = await rig.post('/api/v1/cameras/yard/memory/rollback?time_ms=1800000000001');
	assert.equal(back.statusCode, 200);
	assert.deepEqual(back.json(), {
		to: { time_ms: KEPT.at, reason: 'hourly' },
		replaced: { time_ms: KEPT.at + 5, reason: 'replaced' },
	});
	await rig.post('/api/v1/cameras/yard/memory/rollback?time_ms=1800000000005&reason=replaced');
	assert.deepEqual(rig.wanted, [
		{ kind: 'before', time: 1_800_000_000_001 },
		{ kind: 'snapshot', snapshot: { at: 1_800_000_000_005, reason: 'replaced' } },
	]);
});

test('what cannot be taken again is refused with the reason', async () => {
	await using rig = await create();
	for (const [path, status, words] of [
		['/api/v1/cameras/gate/memory/rollback?time_ms=5', 404, /no camera ..gate/],
		['/api/v1/cameras/yard/memory/rollback', 400, /time_ms/],
		['/api/v1/cameras/yard/memory/rollback?time_ms=yesterday', 400, /milliseconds since 1970/],
		['/api/v1/cameras/yard/memory/rollback?time_ms=5&reason=mood', 400, /reason/],
		['/api/v1/cameras/yard/memory/rollback?time_ms=5', 409, /no memory from before/],
	] as const) {
		const answer = await rig.post(path);
		assert.equal(answer.statusCode, status, path);
		assert.match(answer.body, words);
	}
	assert.equal((await rig.app.inject('/api/v1/cameras/gate/memory')).statusCode, 404);
});

async function create() {
	const wanted: WantedMemory[] = [];
	const app = await buildHttp(
		httpDeps({
			cameras: () => [sampleState()],
			memory: {
				snapshots: async () => [KEPT],
				rollBack: async (_camera, one) => {
					wanted.push(one);
					if (one.kind === 'before' && one.time === 5) {
						throw new ForeframeError('USAGE', 'Camera yard has no memory from before 1970');
					}
					return { to: KEPT, replaced: { at: utcMs(KEPT.at + 5), reason: 'replaced' } };
				},
			},
		}),
		() => true,
	);
	return {
		app,
		wanted,
		post: (url: string) => app.inject({ method: 'POST', url }),
		[Symbol.asyncDispose]: () => app.close(),
	};
}
