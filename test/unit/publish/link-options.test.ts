import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkOptionsOf } from '../../../src/publish/link-options.ts';
import { mqttOptions } from '../../../src/publish/options.ts';

const SECRETS = { password: 'pw', ca: null };

test('the configured broker is used with its credentials, the embedded one without', () => {
	const options = mqttOptions.parse({ url: 'mqtt://broker.example', username: 'me', base: 'cctv' });
	const clientId = 'foreframe-1234';
	assert.deepEqual(linkOptionsOf(options, SECRETS, null, '1234'), {
		url: 'mqtt://broker.example',
		username: 'me',
		password: 'pw',
		ca: null,
		clientId,
		base: 'cctv',
	});
	assert.deepEqual(linkOptionsOf(options, SECRETS, 'mqtt://127.0.0.1:18830', '1234'), {
		url: 'mqtt://127.0.0.1:18830',
		username: null,
		password: null,
		ca: null,
		clientId,
		base: 'cctv',
	});
});

test('a client id that was chosen is kept, and MQTT can be off', () => {
	assert.equal(linkOptionsOf(mqttOptions.parse({ clientId: 'mine' }), SECRETS, null, 'x')?.clientId, 'mine');
	assert.equal(linkOptionsOf(mqttOptions.parse({ enabled: false }), SECRETS, null, 'x'), null);
});
