import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alarmMessageOf } from '../../../src/publish/messages.ts';
import { alarmMessage, TOPICS, WIRE_VERSION } from '../../../src/publish/wire.ts';
import { sampleNotice } from '../../support/alarms.ts';

const DOCS = readFileSync(new URL('../../../docs/mqtt.md', import.meta.url), 'utf8');

test('the table of docs/mqtt.md lists every topic with its direction, QoS and retention, and no other', () => {
	const documented = [...DOCS.matchAll(/^\| `([^`]+)` \| (in|out) \| ([01]) \| (yes|no) \|/gm)].map(
		([, topic, direction, qos, retained]) => ({ topic, direction, qos: Number(qos), retained: retained === 'yes' }),
	);
	const known = TOPICS.map(({ topic, direction, qos, retained }) => ({ topic, direction, qos, retained }));
	assert.deepEqual(documented, known);
	assert.match(DOCS, new RegExp(`version ${WIRE_VERSION} of the format`));
});

for (const { topic, schema } of TOPICS) {
	test(`the examples of ${topic} in docs/mqtt.md are in its format`, () => {
		const examples = examplesOf(topic);
		assert.ok(examples.length > 0, 'there is no example');
		for (const example of examples) assert.deepEqual(schema.parse(example), example);
	});
}

test('the alarm in docs/mqtt.md is what the daemon sends for it, letter by letter', () => {
	const [documented] = examplesOf('camera/<id>/alarm');
	assert.equal(JSON.stringify(documented), JSON.stringify(alarmMessageOf(sampleNotice(1)).payload));
});

test('an alarm message survives JSON, and a field too many or too few is refused', () => {
	const { payload } = alarmMessageOf(sampleNotice(3, 'updated'));
	const read: unknown = JSON.parse(JSON.stringify(payload));
	assert.deepEqual(alarmMessage.parse(read), payload);
	assert.throws(() => alarmMessage.parse({ ...payload, colour: 'red' }));
	assert.throws(() => alarmMessage.parse({ ...payload, seq: undefined }));
	assert.throws(() => alarmMessage.parse({ ...payload, start_time: '2026-11-22T16:04:18Z' }));
	assert.throws(() => alarmMessage.parse({ ...payload, bbox: [0, 0, 1.2, 1] }));
});

/** The code blocks between a topic's heading and the next one. */
function examplesOf(topic: string): unknown[] {
	const start = DOCS.indexOf(`### \`${topic}\``);
	assert.notEqual(start, -1, `docs/mqtt.md has no section on ${topic}`);
	const section = DOCS.slice(start + 3).split(/^##/m, 2)[0] ?? '';
	return [...section.matchAll(/```(json|text)\n(.*?)\n```/gs)].map(([, language, text]) =>
		language === 'json' ? JSON.parse(text ?? '') : text,
	);
}
