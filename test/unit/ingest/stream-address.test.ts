import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { createSecrets } from '../../../src/core/secrets.ts';
import { type RtspOptions, sourceOptions } from '../../../src/ingest/options.ts';
import { placeOf, streamAddress } from '../../../src/ingest/stream-address.ts';
import { oddSecrets } from '../../support/odd-secrets.ts';

function options(url: string, more: Partial<RtspOptions> = {}): RtspOptions {
	const parsed = sourceOptions.parse({ kind: 'rtsp', url, ...more });
	assert.equal(parsed.kind, 'rtsp');
	return parsed as RtspOptions;
}

test('Addresses with and without credentials, escaped or not, become addresses that can be connected to', () => {
	const cases: readonly (readonly [string, string])[] = [
		['rtsp://10.0.0.5/x', 'rtsp://10.0.0.5/x'],
		['rtsp://10.0.0.5:8554/a/b?c=d@e', 'rtsp://10.0.0.5:8554/a/b?c=d@e'],
		['rtsp://[fe80::1]:554/x', 'rtsp://[fe80::1]:554/x'],
		['rtsps://admin@cam.local/x', 'rtsps://admin@cam.local/x'],
		['rtsp://admin:plain@10.0.0.5/x', 'rtsp://admin:plain@10.0.0.5/x'],
		['rtsp://admin:p%40ss@10.0.0.5/x', 'rtsp://admin:p%40ss@10.0.0.5/x'],
		['rtsp://admin:p@ss/w#rd?@10.0.0.5/x', 'rtsp://admin:p%40ss%2Fw%23rd%3F@10.0.0.5/x'],
		['rtsp://admin:100%@10.0.0.5/x', 'rtsp://admin:100%25@10.0.0.5/x'],
		['rtsp://admin:@10.0.0.5/x', 'rtsp://admin:@10.0.0.5/x'],
	];
	for (const [given, address] of cases) assert.equal(streamAddress(options(given)).address, address);
});

test('User name and password may stand beside the address; a bare file name is looked for among the credentials', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'foreframe-'));
	const before = process.env['CREDENTIALS_DIRECTORY'];
	t.after(() => {
		rmSync(folder, { recursive: true });
		if (before === undefined) delete process.env['CREDENTIALS_DIRECTORY'];
		else process.env['CREDENTIALS_DIRECTORY'] = before;
	});
	process.env['CREDENTIALS_DIRECTORY'] = folder;
	writeFileSync(join(folder, 'front'), 'p@ ss\n');
	const expected = 'rtsp://ad%3Amin:p%40%20ss@cam/x';
	const bare = options('rtsp://cam/x', { username: 'ad:min', passwordFile: 'front' });
	assert.equal(streamAddress(bare).address, expected);
	const whole = options('rtsp://cam/x', { username: 'ad:min', passwordFile: join(folder, 'front') });
	assert.equal(streamAddress(whole).address, expected);
	assert.ok(streamAddress(whole).secrets.includes('p@ ss'));
	assert.throws(
		() => streamAddress(options('rtsp://cam/x', { passwordFile: join(folder, 'none') })),
		(error) => isForeframeError(error, 'SECRET_UNREADABLE'),
	);
});

test('No password, however odd, is left in a text that quotes its address in any form', () => {
	for (const password of oddSecrets(300, 5)) {
		const given = `rtsp://admin:${encodeURIComponent(password)}@10.0.0.5/x`;
		const { address, secrets: known } = streamAddress(options(given));
		assert.ok(known.includes(password), `${password} is not among the secrets`);
		const secrets = createSecrets();
		for (const secret of known) secrets.add(secret);
		for (const text of [given, address, `failed: ${password}`, `401 for rtsp://admin:${password}@10.0.0.5/x`]) {
			const clean = secrets.redact(text);
			for (const form of [password, encodeURIComponent(password)]) {
				assert.ok(!clean.includes(form), `${JSON.stringify(form)} is left in ${JSON.stringify(clean)}`);
			}
		}
		const input = { kind: 'rtsp', address, transport: 'tcp', caFile: null, timeoutSeconds: 8 } as const;
		assert.equal(placeOf(input), '10.0.0.5');
	}
});
