import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { openEventLog } from '../../../src/telemetry/event-log.ts';
import { sampleNotice } from '../../support/alarms.ts';
import { oneOfEach } from '../../support/daemon-events.ts';
import { manualClock } from '../../support/manual-clock.ts';

const events = oneOfEach();

function opened() {
	const clock = manualClock();
	const lines: string[] = [];
	const fields: unknown[] = [];
	const observe = openEventLog(
		{
			write: (_level, text, more) => {
				lines.push(text);
				fields.push(more);
			},
		},
		clock,
	);
	return { clock, lines, fields, observe };
}

test('A camera that stays away is told once, then every ten minutes with the number of attempts that failed', async () => {
	const { clock, lines, observe } = opened();
	for (let minute = 0; minute < 30; minute++) {
		observe(events['camera-lost']);
		await clock.advance(60_000);
	}
	await clock.advance(10 * 60_000);
	observe(events['inference-queue']);
	const counted = lines.flatMap((line) => /\((\d+) like this in the last [\d.]+ min\)/.exec(line)?.[1] ?? []);
	assert.equal(lines.length - counted.length, 1, lines.join('\n'));
	assert.deepEqual(
		counted.map(Number).reduce((sum, count) => sum + count, 0),
		29,
		lines.join('\n'),
	);
	assert.equal(counted.length, 3);
});

test('What was held back is told by any later event, also when it has stopped', async () => {
	const { clock, lines, observe } = opened();
	for (let i = 0; i < 22; i++) observe(events['decode-error']);
	assert.equal(lines.length, 5);
	await clock.advance(10 * 60_000);
	observe(events['inference-queue']);
	assert.equal(lines.length, 6);
	assert.match(lines[5]!, /^yard: a picture could not be decoded: .*\(17 like this in the last 10 min\)$/);
});

test('A loss is one line and the return another, for each camera and the broker, however many attempts fail', async () => {
	const { clock, lines, observe } = opened();
	const gate = oneOfEach('gate' as never);
	for (let round = 0; round < 2; round++) {
		observe(events['camera-lost']);
		observe(gate['camera-lost']);
		observe(events['mqtt-lost']);
		for (const reason of ['refused', 'timed-out', 'refused'] as const) {
			observe({ ...events['camera-lost'], reason });
			observe({ ...events['mqtt-lost'], reason });
			await clock.advance(60_000);
		}
		observe(events['camera-connected']);
		observe(gate['camera-connected']);
		observe(events['mqtt-connected']);
	}
	await clock.advance(3_600_000);
	observe(events['inference-queue']);
	assert.equal(lines.length, 12, lines.join('\n'));
	assert.equal(lines.filter((line) => /lost|no connection/.test(line)).length, 6);
	assert.equal(lines.filter((line) => /back|again after/.test(line)).length, 6);
});

test('A camera that comes back with something a person must see to says so at once', () => {
	const { lines, observe } = opened();
	const lost: DaemonEvent = events['camera-lost'];
	for (let i = 0; i < 3; i++) observe(lost);
	for (let i = 0; i < 3; i++) observe({ ...lost, reason: 'unauthorised' });
	assert.equal(lines.length, 2, lines.join('\n'));
	assert.match(lines[1]!, /user name or password/);
});

test('Every alarm is told, however many there are', () => {
	const { lines, fields, observe } = opened();
	for (let i = 1; i <= 40; i++) observe({ kind: 'alarm', notice: sampleNotice(i) });
	assert.equal(lines.length, 40);
	assert.deepEqual(fields[0], { event: 'alarm', camera: 'yard', alarm: '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00' });
});
