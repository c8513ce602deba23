import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamHost } from '../../../src/config/stream-host.ts';
import { streamAddress } from '../../../src/ingest/stream-address.ts';
import { oddSecrets } from '../../support/odd-secrets.ts';

test('The host of an address is found behind user and password, also where these were pasted unescaped', () => {
	const cases: readonly (readonly [string, string, number | null, boolean])[] = [
		['rtsp://192.0.2.1/x', '192.0.2.1', null, false],
		['rtsp://camera.local:8554', 'camera.local', 8554, false],
		['rtsps://[2001:db8::1]:322/x', '2001:db8::1', 322, false],
		['rtsp://u:pw@192.0.2.1:554/x?a=b', '192.0.2.1', 554, true],
		['rtsp://u:p@ss#w/rd@192.0.2.1/x', '192.0.2.1', null, true],
		['rtsp://192.0.2.1/mail@example', '192.0.2.1', null, false],
	];
	for (const [address, host, port, hasUser] of cases) {
		const { rest: _rest, ...found } = streamHost(address)!;
		assert.deepEqual(found, { host, port, hasUser }, address);
	}
});

test('What has no host is no address', () => {
	for (const address of ['rtsp://', 'rtsp:///x', 'rtsp://u:p@', 'http://192.0.2.1/', 'rtsp://two words/', '']) {
		assert.equal(streamHost(address), null, address);
	}
});

test('The configuration and the reader of the camera understand the same addresses', () => {
	const base = { kind: 'rtsp', transport: 'tcp', engine: 'node-av', timeoutSeconds: 8 } as const;
	for (const password of oddSecrets(200, 4)) {
		const url = `rtsp://viewer:${password}@192.0.2.1:554/x`;
		const host = streamHost(url);
		assert.deepEqual([host?.host, host?.port, host?.hasUser], ['192.0.2.1', 554, true], url);
		assert.match(streamAddress({ ...base, url }).address, /@192\.0\.2\.1:554\/x$/);
	}
});
