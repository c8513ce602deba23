import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../../src/core/clock.ts';
import { GOOD_MANNERS } from '../../../../../src/ingest/simulate/misbehaviour.ts';
import { openViewer } from '../../../../../src/ingest/simulate/rtsp/viewer.ts';

function opened(random = () => 0.5) {
	const sent: { sequence: number; timestamp: number; first: number }[] = [];
	const state = { congested: false, cuts: 0, closed: false };
	const viewer = openViewer(
		{
			send: (kind, packets) => {
				if (kind === 'rtcp') return;
				for (const packet of packets) {
					const view = new DataView(packet.buffer);
					sent.push({ sequence: view.getUint16(2), timestamp: view.getUint32(4), first: packet[12]! });
				}
			},
			congested: () => state.congested,
			[Symbol.asyncDispose]: async () => {
				state.closed = true;
			},
		},
		systemClock,
		random,
		() => state.cuts++,
	);
	const deliver = (number: number, key: boolean, manners = GOOD_MANNERS) => {
		const payloads = [{ bytes: Uint8Array.of(number), marker: true }];
		viewer.deliver({ nals: [], key, time90k: number * 9000 }, payloads, manners);
	};
	return { viewer, sent, state, deliver, seen: () => sent.map(({ first }) => first) };
}

test('a client sees nothing before it plays, and then from the next key picture on', () => {
	const { viewer, deliver, seen } = opened();
	deliver(1, true);
	viewer.play();
	deliver(2, false);
	deliver(3, true);
	deliver(4, false);
	viewer.pause();
	deliver(5, true);
	viewer.play();
	deliver(6, false);
	deliver(7, true);
	assert.deepEqual(seen(), [3, 4, 7]);
});

test('a client that does not keep up loses pictures up to the next key picture, and is told of once', () => {
	const { viewer, state, deliver, seen } = opened();
	viewer.play();
	deliver(1, true);
	state.congested = true;
	deliver(2, false);
	deliver(3, true);
	state.congested = false;
	deliver(4, false);
	deliver(5, true);
	assert.deepEqual(seen(), [1, 5]);
	assert.equal(state.cuts, 1);
});

test('sequence numbers have no hole unless a packet was lost on purpose', () => {
	let draw = 0;
	const { viewer, sent, deliver } = opened(() => (draw++ % 2 === 0 ? 0 : 0.99));
	viewer.play();
	for (let number = 1; number <= 3; number++) deliver(number, number === 1);
	for (let number = 4; number <= 7; number++) deliver(number, false, { ...GOOD_MANNERS, dropShare: 0.5 });
	const steps = sent.slice(1).map(({ sequence }, order) => (sequence - sent[order]!.sequence + 65_536) % 65_536);
	assert.deepEqual(steps, [1, 1, 2, 2]);
});

test('timestamps follow the pictures, and jump when told', () => {
	const { viewer, sent, deliver } = opened();
	viewer.play();
	deliver(1, true);
	deliver(2, false);
	deliver(3, false, { ...GOOD_MANNERS, jumpSeconds: -10 });
	const steps = sent.slice(1).map(({ timestamp }, order) => (timestamp - sent[order]!.timestamp) | 0);
	assert.deepEqual(steps, [9000, 9000 - 900_000]);
});

test('disposal closes the way to the client', async () => {
	const { viewer, state } = opened();
	viewer.play();
	await viewer[Symbol.asyncDispose]();
	assert.equal(state.closed, true);
	assert.equal(viewer.playing, false);
});
