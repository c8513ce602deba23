import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { openSystemd, type SystemdOptions } from '../../../src/telemetry/systemd.ts';
import { manualClock } from '../../support/manual-clock.ts';

const LISTENING = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '20000000', WATCHDOG_PID: String(process.pid) };

function opened(options: Partial<SystemdOptions> = {}) {
	const clock = manualClock();
	const sent: string[] = [];
	const events: DaemonEvent[] = [];
	const systemd = openSystemd({
		env: LISTENING,
		clock,
		observe: (event) => events.push(event),
		proveWork: async () => {},
		send: async (assignments) => void sent.push(assignments.join(' ')),
		...options,
	});
	return { clock, sent, events, systemd };
}

test('systemd is told of readiness, state and the end, each in one message', async () => {
	const { sent, systemd } = opened({ env: { NOTIFY_SOCKET: '/run/notify' } });
	await systemd.ready('watching 3 cameras');
	await systemd.status('one camera\nis away');
	await systemd.stopping();
	assert.deepEqual(sent, [
		'READY=1 STATUS=watching 3 cameras',
		'STATUS=one camera is away',
		'STOPPING=1 STATUS=stopping',
	]);
	await systemd[Symbol.asyncDispose]();
});

test('The watchdog is fed at half its interval from readiness on, until the end', async () => {
	const { clock, sent, systemd } = opened();
	await clock.advance(60_000);
	assert.deepEqual(sent, []);
	await systemd.ready('well');
	await clock.advance(35_000);
	assert.equal(sent.filter((text) => text === 'WATCHDOG=1').length, 4);
	await systemd[Symbol.asyncDispose]();
	await clock.advance(60_000);
	assert.equal(sent.filter((text) => text === 'WATCHDOG=1').length, 4);
});

test('While work is not proven in time, or proven wrong, the watchdog starves and it is told', async () => {
	let prove: () => Promise<void> = async () => {};
	const { clock, sent, events, systemd } = opened({ proveWork: () => prove() });
	await systemd.ready('well');
	await clock.advance(0);
	prove = () => new Promise(() => {});
	await clock.advance(30_000);
	prove = () => Promise.reject(new Error('inference is stuck'));
	await clock.advance(20_000);
	assert.equal(sent.filter((text) => text === 'WATCHDOG=1').length, 1);
	assert.ok(events.filter((event) => event.kind === 'watchdog' && !event.proven).length >= 3);
	prove = async () => {};
	await clock.advance(20_000);
	assert.ok(sent.filter((text) => text === 'WATCHDOG=1').length >= 2);
	await systemd[Symbol.asyncDispose]();
});

test('A slow proof still leaves no gap as long as the interval', async () => {
	const times: number[] = [];
	const clock = manualClock();
	const systemd = openSystemd({
		env: LISTENING,
		clock,
		observe: () => {},
		proveWork: (signal) => clock.sleep(4999, signal),
		send: async ([first]) => {
			if (first === 'WATCHDOG=1') times.push(clock.monotonicNow());
		},
	});
	await systemd.ready('well');
	await clock.advance(120_000);
	await systemd[Symbol.asyncDispose]();
	const gaps = times.slice(1).map((time, index) => time - times[index]!);
	assert.ok(gaps.length > 5 && Math.max(...gaps) < 16_000, `gaps of ${gaps.join(', ')} ms`);
});

test('Nothing is sent where systemd does not listen, and no watchdog is fed that is meant for another process', async () => {
	const absent = opened({ env: { WATCHDOG_USEC: '1000000' } });
	await absent.systemd.ready('well');
	await absent.clock.advance(10_000);
	assert.deepEqual(absent.sent, []);

	const other = opened({ env: { ...LISTENING, WATCHDOG_PID: String(process.pid + 1) } });
	await other.systemd.ready('well');
	await other.clock.advance(60_000);
	assert.deepEqual(other.sent, ['READY=1 STATUS=well']);
	await other.systemd[Symbol.asyncDispose]();
});

test('A message that cannot be sent is told and stops nothing', async () => {
	const { events, systemd } = opened({ send: () => Promise.reject(new Error('no such program')) });
	await systemd.status('well');
	assert.deepEqual(events, [
		{ kind: 'warning', about: 'systemd', detail: 'cannot be told STATUS=well: no such program' },
	]);
	await systemd[Symbol.asyncDispose]();
});
