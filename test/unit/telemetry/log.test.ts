import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecrets } from '../../../src/core/secrets.ts';
import { type LogContext, type LogStream, openLog } from '../../../src/telemetry/log.ts';
import type { LogOptions } from '../../../src/telemetry/options.ts';
import { oddSecrets } from '../../support/odd-secrets.ts';

function opened(options: Partial<LogOptions>, stream: Partial<LogStream> = {}, context: Partial<LogContext> = {}) {
	const lines: string[] = [];
	const log = openLog(
		{ level: 'info', format: 'auto', ...options },
		{ write: (line) => lines.push(line), ...stream },
		{ env: {}, redact: (text) => text, ...context },
	);
	return { log, lines };
}

test('Where no person reads, a line is one JSON object', () => {
	const { log, lines } = opened({});
	log.write('warn', 'yard: lost the camera', { event: 'camera-lost', camera: 'yard' });
	const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
	assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.deepEqual(rest, { level: 'warn', event: 'camera-lost', camera: 'yard', msg: 'yard: lost the camera' });
});

test('On a terminal a line is time, level and sentence, with colours unless they are not wanted', () => {
	const plain = opened({}, { isTTY: true }, { env: { NO_COLOR: '1' } });
	plain.log.write('info', 'ready');
	assert.match(plain.lines[0]!, /^\d\d:\d\d:\d\d info {2}ready\n$/);
	const coloured = opened({}, { isTTY: true });
	coloured.log.write('error', 'broken');
	// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
	assert.match(coloured.lines[0]!, /\u001b\[31;1merror\u001b\[0m broken\n$/);
	const piped = opened({ format: 'text' });
	piped.log.write('error', 'broken');
	assert.match(piped.lines[0]!, /^\d{4}-\d\d-\d\dT[\d:.]+Z error broken\n$/);
});

test('Lines under the level are not written', () => {
	const { log, lines } = opened({ level: 'warn' });
	log.write('info', 'quiet');
	log.write('error', 'loud');
	assert.equal(lines.length, 1);
});

test('A sentence is one line and cannot write on the terminal', () => {
	const { log, lines } = opened({ format: 'text' });
	log.write('info', 'a camera says\r\n\u001b[2Jgone\u0007');
	assert.match(lines[0]!, /info {2}a camera says \\u001b\[2Jgone\\u0007\n$/);
	assert.equal(lines[0]!.split('\n').length, 2);
});

test('No secret is written, in either form, as text or field', () => {
	for (const secret of oddSecrets(150, 5)) {
		const secrets = createSecrets();
		secrets.add(secret);
		for (const format of ['text', 'json'] as const) {
			const { log, lines } = opened({ format }, {}, { redact: secrets.redact });
			log.write('error', `the camera said ${secret} is wrong`, { detail: { said: secret }, [secret]: 1 });
			const inJson = JSON.stringify(secret).slice(1, -1);
			assert.ok(!lines[0]!.includes(secret) && !lines[0]!.includes(inJson), `${JSON.stringify(secret)}: ${lines[0]}`);
		}
	}
});
