import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenError } from '../../../src/core/listen-error.ts';

test('why an address cannot be listened on is told with what to do', () => {
	const of = (code: string) => listenError(Object.assign(new Error('raw'), { code }), 'for HTTP', '127.0.0.1', 80);
	assert.equal(of('EADDRINUSE').code, 'LISTEN_FAILED');
	assert.match(of('EADDRINUSE').message, /^Cannot listen on 127\.0\.0\.1:80 for HTTP: another program listens there/);
	assert.match(of('EACCES').message, /choose one above 1023/);
	assert.match(of('EADDRNOTAVAIL').message, /this machine has no such address/);
	assert.match(listenError(new Error('raw'), '', '::1', 80).message, /^Cannot listen on ::1:80: raw/);
	assert.match(of('EODD').message, /: raw \(LISTEN_FAILED\)$/);
});
