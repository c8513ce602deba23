import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { abortOnLostReader, isReaderLost } from '../../../src/commands/lost-reader.ts';
import { isAbort } from '../../../src/core/errors.ts';

test('A broken pipe asks for an end, however often it is told; anything else is a bug', () => {
	const output = new EventEmitter();
	const signal = abortOnLostReader(output);
	assert.equal(isReaderLost(signal), false);
	for (let write = 0; write < 2; write++) {
		output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
		assert.ok(signal.aborted && isAbort(signal.reason) && isReaderLost(signal));
	}
	assert.ok(isReaderLost(AbortSignal.any([signal, new AbortController().signal])));
	assert.throws(() => output.emit('error', new Error('EIO')), /EIO/);
});

test('An end that a signal asked for is no lost reader', () => {
	assert.equal(isReaderLost(AbortSignal.abort(new Error('SIGINT'))), false);
});
