import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateCommand } from '../../../../src/ingest/simulate/command.ts';

function run(...args: string[]): Promise<number> {
	return simulateCommand(args, { stdout: { write: () => true }, signal: AbortSignal.abort() });
}

for (const args of [
	['--port', '70000'],
	['--port', 'x'],
	['--size', '640'],
	['--oddities', 'many'],
	['--path', 'stream'],
	['--user', 'ann'],
	['--password-file', '/nowhere'],
	['--misbehave', 'sulk'],
	['--video', 'a.mp4', '--scene'],
	['--dataset', '/nowhere', '--video', 'a.mp4'],
	['--nonsense'],
	['left-over'],
]) {
	test(`simulate ${args.join(' ')} is refused with what was wanted`, async () => {
		await assert.rejects(run(...args), { name: 'ForeframeError', code: 'USAGE' });
	});
}

test('a password that cannot be read is told without naming the file, which may be the password itself', async () => {
	await assert.rejects(run('--user', 'ann', '--password-file', '/nowhere/hunter2'), (error: Error) => {
		assert.match(error.message, /SECRET_UNREADABLE/);
		assert.doesNotMatch(error.message, /hunter2/);
		return true;
	});
});

test('--help tells every option and every misbehaviour', async () => {
	let told = '';
	const stdout = { write: (text: string) => (told += text) };
	assert.equal(await simulateCommand(['--help'], { stdout, signal: AbortSignal.abort() }), 0);
	for (const word of ['--video', '--user', '--password-file', 'stall', 'freeze', 'no-video'])
		assert.ok(told.includes(word));
});
