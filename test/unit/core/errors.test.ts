import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError, ForeframeError } from '../../../src/core/errors.ts';

test('an error is told in one line with its causes, none of them twice', () => {
	const cause = new Error('the disk\n  is full');
	assert.equal(describeError(new Error('Cannot write', { cause })), 'Cannot write: the disk is full');
	const coded = new ForeframeError('STORE_FAILED', `Cannot write: ${describeError(cause)}`, { cause });
	assert.equal(describeError(coded), 'Cannot write: the disk is full (STORE_FAILED)');
	assert.equal(describeError(new Error('Cannot go on', { cause: coded })), `Cannot go on: ${describeError(coded)}`);
	assert.equal(describeError(new Error('', { cause: 'a word' })), 'Error: a word');
	assert.equal(describeError('thrown'), 'thrown');
});
