import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IntegrityNotice } from '../../../src/core/integrity.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';
import { integrityOptions } from '../../../src/inspect/options.ts';
import { CameraIntegrity } from '../../../src/watch/camera-integrity.ts';

test('a camera that is deaf is told once as a fault, and once that it is over', async () => {
	const told: IntegrityNotice[] = [];
	const shown: string[][] = [];
	const integrity = new CameraIntegrity({
		camera: cameraId('yard'),
		framesPerSecond: 5,
		options: integrityOptions.parse({}),
		masks: { hidden: [], only: null },
		newId: () => '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00' as AlarmId,
		observe: () => {},
		show: (faults) => shown.push(faults.map(({ kind }) => kind)),
		tell: async (notice) => void told.push(notice),
	});
	const at = (minute: number) => ({ capturedAt: utcMs(minute * 60_000), arrivedAt: monotonicMs(minute * 60_000) });
	await integrity.heard(false, 'all are noticed', at(1));
	for (const minute of [2, 3]) await integrity.heard(true, 'none is noticed', at(minute));
	for (const minute of [4, 5]) await integrity.heard(false, 'all are noticed', at(minute));
	assert.deepEqual(
		told.map(({ change, fault: { kind, detail, startedAt, endedAt } }) => ({
			change,
			kind,
			detail,
			startedAt,
			endedAt,
		})),
		[
			{ change: 'started', kind: 'deaf', detail: 'none is noticed', startedAt: 120_000, endedAt: null },
			{ change: 'ended', kind: 'deaf', detail: 'none is noticed', startedAt: 120_000, endedAt: 240_000 },
		],
	);
	assert.deepEqual(shown, [['deaf'], []]);
});
