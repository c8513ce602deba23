import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainMqttError, explainReasonCode } from '../../../src/publish/mqtt-failure.ts';

test('every common failure has words of its own', () => {
	const cases: readonly (readonly [Error, RegExp])[] = [
		[withCode('connect ECONNREFUSED 127.0.0.1:1883', 'ECONNREFUSED'), /^refused: no broker listens there$/],
		[withCode('getaddrinfo ENOTFOUND x', 'ENOTFOUND'), /^the host name is unknown$/],
		[withCode('connect ETIMEDOUT', 'ETIMEDOUT'), /^timeout: the machine did not answer$/],
		[withCode('connect EHOSTUNREACH', 'EHOSTUNREACH'), /^unreachable: /],
		[withCode('read ECONNRESET', 'ECONNRESET'), /^the broker closed the connection$/],
		[withCode('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), /^TLS: self-signed certificate \(DEPTH_/],
		[withCode('Hostname does not match\nmore', 'ERR_TLS_CERT_ALTNAME_INVALID'), /^TLS: Hostname does not match \(ERR_/],
		[new Error('connack timeout'), /^timeout: the broker did not answer$/],
		[new Error('Keepalive timeout'), /^timeout: the broker stopped answering$/],
		[withCode('Connection refused: Bad username or password', 4), /^bad credentials: /],
		[withCode('Connection refused: Bad User Name or Password', 134), /^bad credentials: /],
		[withCode('Connection refused: Not authorized', 135), /^bad credentials: /],
	];
	for (const [error, words] of cases) assert.match(explainMqttError(error).message, words);
});

test('only a refused version asks for an older protocol', () => {
	assert.equal(explainReasonCode(1).wantsOlderProtocol, true);
	assert.equal(explainReasonCode(132).wantsOlderProtocol, true);
	for (const code of [2, 3, 4, 5, 128, 133, 142]) assert.equal(explainReasonCode(code).wantsOlderProtocol, false);
});

test('two clients with one id are told what to do', () => {
	assert.match(explainReasonCode(142).message, /another client took over this client id/);
});

function withCode(message: string, code: string | number): Error {
	return Object.assign(new Error(message), { code });
}
