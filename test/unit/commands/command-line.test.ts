import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import type { CommandEntry, RunCommand } from '../../../src/commands/command.ts';
import { runCommandLine } from '../../../src/commands/command-line.ts';
import { abortError } from '../../../src/core/clock.ts';
import { type ErrorCode, ForeframeError } from '../../../src/core/errors.ts';
import { recordedIo } from '../../support/command-io.ts';

const entry = (name: string, run: RunCommand, help?: string): CommandEntry => ({
	name,
	summary: `does ${name}`,
	load: async () => (help === undefined ? { run } : { run, help }),
});

async function outcome(args: readonly string[], ...commands: CommandEntry[]) {
	const io = recordedIo();
	io.secrets.add('hunter2!');
	const code = await runCommandLine(args, io, { commands, version: '1.2.3' });
	return { code, out: io.out(), err: io.err() };
}

const failing = (error: unknown) => entry('fail', () => Promise.reject(error));

test('A command gets its arguments and its exit code is the outcome', async () => {
	const seen: string[][] = [];
	const run = entry('watch', async (args) => {
		seen.push(args);
		return 7;
	});
	assert.deepEqual(await outcome(['watch', '--config', 'x'], run), { code: 7, out: '', err: '' });
	assert.deepEqual(seen, [['--config', 'x']]);
});

test('Help and version are printed on stdout; no command at all is a mistake', async () => {
	const run = entry('watch', async () => 0, 'Usage: foreframe watch\n');
	for (const args of [['--help'], ['-h'], ['help']]) {
		const { code, out, err } = await outcome(args, run);
		assert.equal(code, 0);
		assert.match(out, /watch {2}does watch/);
		assert.equal(err, '');
	}
	for (const args of [
		['watch', '--help'],
		['watch', '--config', 'x', '-h'],
		['help', 'watch'],
	]) {
		assert.deepEqual(await outcome(args, run), { code: 0, out: 'Usage: foreframe watch\n', err: '' });
	}
	assert.deepEqual(await outcome(['--version'], run), { code: 0, out: '1.2.3\n', err: '' });
	const nothing = await outcome([], run);
	assert.equal(nothing.code, 64);
	assert.equal(nothing.out, '');
	assert.match(nothing.err, /Usage: foreframe COMMAND/);
});

test('--help after -- is an argument, and a command without a help of its own gets it', async () => {
	const seen: string[][] = [];
	const run: RunCommand = async (args) => {
		seen.push(args);
		return 0;
	};
	await outcome(['watch', '--', '--help'], entry('watch', run, 'help'));
	await outcome(['plain', '--help'], entry('plain', run));
	assert.deepEqual(seen, [['--', '--help'], ['--help']]);
});

test('An unknown command is told with the nearest known one', async () => {
	const { code, err } = await outcome(
		['wacth'],
		entry('watch', async () => 0),
	);
	assert.equal(code, 64);
	assert.equal(err, 'foreframe: Cannot run the command wacth: it is not known; did you mean watch? (USAGE)\n');
	assert.match(
		(
			await outcome(
				['--config', 'x'],
				entry('watch', async () => 0),
			)
		).err,
		/--config before a command/,
	);
});

test('An expected failure is one line without a stack, its code decides the exit code, secrets are masked', async () => {
	const codes: readonly (readonly [ErrorCode, number])[] = [
		['CONFIG_INVALID', 78],
		['SECRET_UNREADABLE', 78],
		['USAGE', 64],
		['SOURCE_FAILED', 1],
		['LISTEN_FAILED', 1],
	];
	for (const [code, exit] of codes) {
		const result = await outcome(['fail'], failing(new ForeframeError(code, 'Cannot log in with hunter2!')));
		assert.deepEqual(result, { code: exit, out: '', err: `foreframe: Cannot log in with *** (${code})\n` });
	}
});

test('A mistake found by parseArgs is a usage error too', async () => {
	const strict = entry('strict', async (args) => parseArgs({ args, options: {} }).positionals.length);
	const { code, err } = await outcome(['strict', '--what'], strict);
	assert.equal(code, 64);
	assert.match(err, /^foreframe: Unknown option '--what'.*\(USAGE\)\n$/);
});

test('A bug is told with its stack, secrets masked, and exits with 70', async () => {
	const { code, err } = await outcome(['fail'], failing(new TypeError('hunter2! is not a function')));
	assert.equal(code, 70);
	assert.match(err, /bug.*\nTypeError: \*\*\* is not a function\n {4}at /);
});

test('Of a failure and another one while closing, the first is told', async () => {
	const first = new ForeframeError('STORE_FAILED', 'The disk is full');
	const { code, err } = await outcome(['fail'], failing(new SuppressedError(new Error('closing'), first)));
	assert.deepEqual([code, err], [1, 'foreframe: The disk is full (STORE_FAILED)\n']);
});

test('A command that its signal ended is no bug', async () => {
	const io = recordedIo();
	const waiting = entry('wait', async (_args, { signal }) => {
		io.abort();
		throw abortError(signal);
	});
	assert.equal(await runCommandLine(['wait'], io, { commands: [waiting], version: '1' }), 1);
	assert.equal(io.err(), '');
});
