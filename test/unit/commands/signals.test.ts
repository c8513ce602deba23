import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { abortOnSignals, abortWithParent } from '../../../src/commands/signals.ts';
import { isAbort } from '../../../src/core/errors.ts';

test('The first signal asks for an end and says which it was, the second one ends at once', () => {
	for (const [name, code] of [
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const) {
		const process = new EventEmitter();
		const exits: number[] = [];
		const signal = abortOnSignals(process, (exit) => exits.push(exit));
		assert.equal(signal.aborted, false);
		process.emit('SIGINT');
		assert.ok(signal.aborted && isAbort(signal.reason));
		assert.equal((signal.reason as Error).message, 'SIGINT');
		assert.deepEqual(exits, []);
		process.emit(name);
		assert.deepEqual(exits, [code]);
	}
});

/** As much of a process as has a channel to its parent, or has had one, or never had. */
function withChannel(connected: boolean | undefined) {
	const process = Object.assign(new EventEmitter(), { connected });
	return { process, signal: abortWithParent(process as unknown as NodeJS.Process) };
}

test('a closed channel to the parent aborts, also one that closed before anybody looked; none never does', () => {
	const { process, signal } = withChannel(true);
	assert.equal(signal.aborted, false);
	process.emit('disconnect');
	assert.equal((signal.reason as Error).name, 'AbortError');
	assert.equal(withChannel(false).signal.aborted, true);
	const alone = withChannel(undefined);
	alone.process.emit('disconnect');
	assert.equal(alone.signal.aborted, false);
});
