import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/core/clock.ts';
import { openSystemd } from '../../src/telemetry/systemd.ts';
import { missing } from '../support/peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('systemd receives readiness, watchdog pings and the end over its datagram socket', {
	skip: cannotBind(),
}, async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'notify');
	const receiver = spawn('python3', [join(root, 'test/support/notify-socket.py'), path], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	try {
		const messages: string[][] = [];
		const lines = createInterface({ input: receiver.stdout });
		await once(lines, 'line');
		lines.on('line', (line) => messages.push((JSON.parse(line) as { message: string[] }).message));

		const warnings: unknown[] = [];
		const systemd = openSystemd({
			env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: '400000', WATCHDOG_PID: String(process.pid) },
			clock: systemClock,
			observe: (event) => event.kind === 'warning' && warnings.push(event),
			proveWork: async () => {},
		});
		await systemd.ready('watching 2 cameras');
		await systemClock.sleep(1000, AbortSignal.timeout(5000));
		await systemd.stopping();
		await systemd[Symbol.asyncDispose]();
		await systemClock.sleep(100, AbortSignal.timeout(5000));

		const told = messages.filter((message) => !message.includes('BARRIER=1'));
		assert.deepEqual(warnings, []);
		assert.deepEqual(told[0], ['READY=1', 'STATUS=watching 2 cameras']);
		assert.ok(told.filter(([first]) => first === 'WATCHDOG=1').length >= 3, JSON.stringify(told));
		assert.ok(
			told.some((message) => message.join() === 'STOPPING=1,STATUS=stopping'),
			JSON.stringify(told),
		);
	} finally {
		receiver.kill();
	}
});

test('The unit is one that systemd understands wholly', { skip: missing('systemd-analyze') }, async () => {
	await using folder = await temporaryFolder();
	const unit = await readFile(join(root, 'systemd/foreframe.service'), 'utf8');
	// The unit names the folder of an installation; this checkout stands in for it.
	const path = join(folder.path, 'foreframe.service');
	await writeFile(path, unit.replaceAll('/opt/foreframe/', root));
	const { status, stdout, stderr } = spawnSync(
		'systemd-analyze',
		['verify', '--man=no', '--recursive-errors=no', path],
		{
			encoding: 'utf8',
		},
	);
	// Of a key that it does not know systemd only warns, and exits with 0.
	assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});

test('The unit leaves the daemon little to do harm with', { skip: missing('systemd-analyze') }, () => {
	const output = execFileSync(
		'systemd-analyze',
		['security', '--offline=yes', '--no-pager', '--threshold=30', join(root, 'systemd/foreframe.service')],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
	);
	assert.match(output, /Overall exposure level for foreframe\.service: [0-2]\.\d/);
});

function cannotBind(): string | false {
	try {
		execFileSync('python3', ['--version'], { stdio: 'ignore' });
	} catch {
		return 'needs python3: apt-get install python3';
	}
	return missing('systemd-analyze');
}
