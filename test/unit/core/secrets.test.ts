import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressSecrets, createSecrets, maskAddresses, redactDeep } from '../../../src/core/secrets.ts';
import { oddSecrets } from '../../support/odd-secrets.ts';

test('A known secret leaves no trace in text, addresses or JSON, whatever characters it has', () => {
	for (const secret of oddSecrets(400, 4)) {
		const secrets = createSecrets();
		secrets.add(secret);
		const written = [
			`before ${secret} after`,
			`rtsp://user:${secret}@host/path`,
			`rtsp://user:${encodeURIComponent(secret)}@host/path`,
			`http://host/?q=${encodeURIComponent(secret)}`,
			JSON.stringify({ detail: `says ${secret}` }),
			`${secret}${secret}`,
		];
		for (const text of written) {
			const clean = secrets.redact(text);
			assert.ok(!clean.includes(secret), `${JSON.stringify(secret)} is still in ${JSON.stringify(clean)}`);
			assert.ok(!clean.includes(encodeURIComponent(secret)), `${secret} is still escaped in ${clean}`);
		}
	}
});

test('Text without a secret passes as it is', () => {
	const secrets = createSecrets();
	secrets.add('correct horse');
	for (const text of ['front: lost the camera', 'rtsp://host/path', 'mail user@host.example', '']) {
		assert.equal(secrets.redact(text), text);
	}
});

test('A secret of three characters is masked in addresses and not searched for elsewhere', () => {
	const secrets = createSecrets();
	secrets.add('abc');
	assert.equal(secrets.redact('the abc of rtsp://u:abc@h/'), 'the abc of rtsp://u:***@h/');
});

test('Taking one secret out does not leave another that was split around it', () => {
	const secrets = createSecrets();
	secrets.add('inner');
	secrets.add('ou***ter');
	assert.ok(!secrets.redact('ouinnerter').includes('ou***ter'));
});

test('Masked addresses keep what a person needs to know the camera', () => {
	const cases: readonly (readonly [string, string])[] = [
		['rtsp://user:pw@10.0.0.5:554/stream1', 'rtsp://user:***@10.0.0.5:554/stream1'],
		['rtsp://user:p@ss/w#rd@10.0.0.5/x', 'rtsp://user:***@10.0.0.5/x'],
		['mqtts://token@broker', 'mqtts://***@broker'],
		['rtsp://10.0.0.5/user=admin&password=1234&channel=1', 'rtsp://10.0.0.5/user=admin&password=***&channel=1'],
		['see rtsp://a:b@c/d and "http://e:f@g/"', 'see rtsp://a:***@c/d and "http://e:***@g/"'],
		['rtsp://10.0.0.5/plain', 'rtsp://10.0.0.5/plain'],
	];
	for (const [address, masked] of cases) assert.equal(maskAddresses(address), masked);
});

test("An address's secrets are found as written and decoded, before the host and among the parameters", () => {
	assert.deepEqual(addressSecrets('rtsp://u:p%40ss@h/'), ['p%40ss', 'p@ss']);
	assert.deepEqual(addressSecrets('rtsp://h/a?password=geheim&x=1'), ['geheim']);
	assert.deepEqual(addressSecrets('rtsp://h/a'), []);
	assert.deepEqual(addressSecrets('rtsp://u:@h/a'), []);
});

test('Redacting a value reaches keys and nested texts and leaves other things alone', () => {
	const when = new Date(0);
	const value = { list: ['a secret', 3, null], 'a secret': { deep: 'secret' }, when };
	assert.deepEqual(
		redactDeep(value, (text) => text.replaceAll('secret', '***')),
		{ list: ['a ***', 3, null], 'a ***': { deep: '***' }, when },
	);
});
