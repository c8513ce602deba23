import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { IntegrityFault } from '../../../src/core/integrity.ts';
import { type AlarmId, cameraId, utcMs } from '../../../src/core/units.ts';
import { Store } from '../../../src/record/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ALL = { camera: null, from: null, to: null, before: null, limit: 100 } as const;

function fault(number: number, parts: Partial<IntegrityFault> = {}): IntegrityFault {
	return {
		id: `019ab7c4-0000-7000-8000-00000000000${number}` as AlarmId,
		camera: cameraId('yard'),
		kind: 'covered',
		startedAt: utcMs(1000 * number),
		endedAt: null,
		frameAt: utcMs(1000 * number + 400),
		detail: 'nothing has an edge',
		...parts,
	};
}

function save(store: Store, one: IntegrityFault, message = true): void {
	store.saveFault({
		fault: one,
		message: message ? { topic: 'camera/yard/integrity', payload: `{"id":"${one.id}"}` } : null,
		at: utcMs(5000),
	});
}

test('a fault is kept with its message, both or neither, and changed when it ends', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'test.db'), outboxMax: 10 });
	save(store, fault(1));
	save(store, fault(1, { endedAt: utcMs(1900) }));
	save(store, fault(2), false);
	assert.deepEqual(store.faults(ALL), [fault(2), fault(1, { endedAt: utcMs(1900) })]);
	assert.deepEqual(store.openFaults(), [fault(2)]);
	assert.equal(store.pending(10).length, 2);
});

test('faults are asked for by camera, time and page, newest first', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'test.db'), outboxMax: 10 });
	for (const one of [fault(1), fault(2, { camera: cameraId('gate') }), fault(3)]) save(store, one);
	const ids = (query: Partial<Parameters<Store['faults']>[0]>) =>
		store.faults({ ...ALL, ...query }).map(({ startedAt }) => startedAt / 1000);
	assert.deepEqual(ids({}), [3, 2, 1]);
	assert.deepEqual(ids({ camera: cameraId('yard') }), [3, 1]);
	assert.deepEqual(ids({ from: utcMs(2000), to: utcMs(3000) }), [2]);
	assert.deepEqual(ids({ before: fault(3).id, limit: 1 }), [2]);
});

test('old faults are forgotten when they are over', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'test.db'), outboxMax: 10 });
	save(store, fault(1, { endedAt: utcMs(1500) }));
	save(store, fault(2));
	store.forget(utcMs(9000));
	assert.deepEqual(store.faults(ALL), [fault(2)]);
});
