import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { abortOnSignals } from '../../../src/commands/signals.ts';
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
