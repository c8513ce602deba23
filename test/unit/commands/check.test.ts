import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../../src/commands/check.ts';
import { isForeframeError } from '../../../src/core/errors.ts';
import { recordedIo } from '../../support/command-io.ts';
import { configFolder } from '../../support/config-folder.ts';

const FINE = 'cameras:\n  a: {source: rtsp://192.0.2.1/x, detector: {name: linear-extrapolation}}\n';

test('A configuration that can be used is said to be fine', async () => {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', FINE);
	const io = recordedIo();
	assert.equal(await run(['--config', path], io), 0);
	assert.equal(io.out(), `${path} is fine: one camera\n`);
});

test('A warning does not make it unusable', async () => {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', `${FINE}http: {host: 0.0.0.0}\n`);
	const io = recordedIo();
	assert.equal(await run([path], io), 0);
	assert.match(io.out(), /f\.yaml:3:14: warning: http\.host: .*\n.* is fine: one camera \(1 warning\)\n$/);
});

test('All problems are told at once, and the exit code is 78', async () => {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', 'cameras:\n  a: {sorce: 1}\nlogg: {}\n');
	const io = recordedIo();
	assert.equal(await run(['--config', path], io), 78);
	const lines = io.out().trimEnd().split('\n');
	assert.equal(lines.length, 4);
	assert.equal(lines.at(-1), `${path} cannot be used (3 problems)`);
	assert.ok(lines[1]!.startsWith(`${path}:2:7: error: cameras.a.sorce: `), lines[1]!);
});

test('--json prints one object that says the same', async () => {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', `${FINE}logg: {}\n`);
	const io = recordedIo();
	assert.equal(await run(['--json', path], io), 78);
	assert.deepEqual(JSON.parse(io.out()), {
		ok: false,
		file: path,
		problems: [
			{
				severity: 'error',
				file: path,
				line: 3,
				column: 1,
				key: 'logg',
				message: 'this key is not known; did you mean log?',
			},
		],
	});
});

test('Without exactly one file it is a mistake', async () => {
	for (const args of [[], ['a', 'b'], ['--json']]) {
		await assert.rejects(run(args, recordedIo()), (error) => isForeframeError(error, 'USAGE'));
	}
});
