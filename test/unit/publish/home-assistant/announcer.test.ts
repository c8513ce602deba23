import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import { cameraId } from '../../../../src/core/units.ts';
import { openAnnouncer } from '../../../../src/publish/home-assistant/announcer.ts';

const YARD = 'homeassistant/device/foreframe_yard/config';
const GATE = 'homeassistant/device/foreframe_gate/config';
const DAEMON = 'homeassistant/device/foreframe/config';

test('topics are remembered before they are announced, and not written again when nothing is new', async () => {
	const first = await open({ cameras: ['yard'], before: [] });
	assert.deepEqual(first.saved, [[DAEMON, YARD]]);
	const second = await open({ cameras: ['yard'], before: [DAEMON, YARD] });
	assert.deepEqual(second.saved, []);
});

test('a camera that has gone is taken back, and forgotten only when the broker has it', async () => {
	const { announcements, saved } = await open({ cameras: ['yard'], before: [DAEMON, YARD, GATE] });
	assert.equal(announcements.messages.get(GATE), '');
	await announcements.confirmed(YARD);
	assert.deepEqual(saved, []);
	await announcements.confirmed(GATE);
	assert.deepEqual(saved, [[DAEMON, YARD]]);
	assert.ok(!announcements.messages.has(GATE));
});

test('switched off, it takes back all that was announced and listens to nothing', async () => {
	const { announcements } = await open({ cameras: null, before: [DAEMON, YARD] });
	assert.deepEqual(
		[...announcements.messages],
		[
			[DAEMON, ''],
			[YARD, ''],
		],
	);
	assert.deepEqual(announcements.filters, []);
});

test('the birth message is answered after a jittered pause; a retained one or a farewell is not', async () => {
	const { announcements } = await open({ cameras: ['yard'], before: [] });
	assert.deepEqual(announcements.filters, ['homeassistant/status']);
	assert.equal(announcements.repeatAfterMs('online', false), 3000);
	assert.equal(announcements.repeatAfterMs('online', true), null);
	assert.equal(announcements.repeatAfterMs('offline', false), null);
});

test('a disk that takes nothing is told, and the cameras are announced all the same', async () => {
	const { announcements, events } = await open({ cameras: ['yard'], before: [], full: true });
	assert.ok(announcements.messages.has(YARD));
	assert.match(JSON.stringify(events), /Home Assistant.*it is full/);
});

async function open(given: {
	readonly cameras: readonly string[] | null;
	readonly before: readonly string[];
	readonly full?: boolean;
}) {
	const saved: (readonly string[])[] = [];
	const events: DaemonEvent[] = [];
	const cameras = given.cameras?.map((id) => ({ id: cameraId(id), name: id, learns: false, scheduled: false }));
	const announcements = await openAnnouncer({
		site:
			cameras === undefined
				? null
				: {
						base: 'foreframe',
						prefix: 'homeassistant',
						statusTopic: 'homeassistant/status',
						version: '0.1.0',
						cameras,
					},
		announced: {
			before: given.before,
			save: async (topics) => {
				if (given.full === true) throw new ForeframeError('STORE_FAILED', 'Cannot write: it is full');
				saved.push(topics);
			},
		},
		random: () => 0.5,
		observe: (event) => void events.push(event),
	});
	return { announcements, saved, events };
}
