import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openSimulatedCamera } from '../../src/ingest/simulate/camera.ts';
import { parseMisbehaviours } from '../../src/ingest/simulate/misbehaviour.ts';
import { connectRtsp, type RtpPacket } from '../support/rtsp-client.ts';

const scene = { kind: 'scene', width: 320, height: 180, framesPerSecond: 20 } as const;

async function watched(t: TestContext, misbehaviours = '') {
	const camera = await openSimulatedCamera({ source: scene, misbehaviours: parseMisbehaviours(misbehaviours) });
	const client = await connectRtsp(camera.port);
	t.after(async () => {
		await client[Symbol.asyncDispose]();
		await camera[Symbol.asyncDispose]();
	});
	await client.play(camera.url);
	await client.morePackets(3);
	return { camera, client };
}

function wait(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

function video(packets: readonly RtpPacket[]): Buffer[] {
	return packets.filter(({ channel }) => channel === 0).map(({ bytes }) => bytes);
}

/** Packets that are missing between those that came. */
function holes(packets: readonly Buffer[]): number {
	const numbers = packets.map((packet) => packet.readUInt16BE(2));
	return numbers.slice(1).reduce((sum, number, order) => sum + ((number - numbers[order]! - 1) & 0xffff), 0);
}

test('stall: nothing more comes, the connection stays and answers; afterwards it begins with a key picture', async (t) => {
	const { camera, client } = await watched(t);
	await camera.misbehave({ kind: 'stall' }, 0.5);
	await wait(100);
	const before = client.packets.length;
	await wait(300);
	assert.equal(client.packets.length, before);
	assert.equal((await client.request('OPTIONS', camera.url)).status, 200);
	const [first] = video(await client.morePackets(1));
	// The parameter sets lead a key picture.
	assert.equal(first![12]! & 0x1f, 24);
});

test('drop: about the asked share of the packets is missing', async (t) => {
	const { camera, client } = await watched(t);
	assert.equal(holes(video(client.packets)), 0);
	await camera.misbehave({ kind: 'drop', share: 0.3 });
	const packets = video(await client.morePackets(100, 15_000));
	const lost = holes(packets);
	const share = lost / (lost + packets.length);
	assert.ok(share > 0.15 && share < 0.45, `${share}`);
	await camera.misbehave({ kind: 'behave' });
	await wait(100);
	assert.equal(holes(video(await client.morePackets(20))), 0);
});

test('close: the connection is cut and a new one is taken', async (t) => {
	const { camera, client } = await watched(t);
	await camera.misbehave({ kind: 'close' });
	await client.closed;
	assert.equal(camera.clients, 0);
	await using again = await connectRtsp(camera.port);
	await again.play(camera.url);
	await again.morePackets(3);
});

test('refuse: the connection is cut and none is taken, until it behaves at the same port', async (t) => {
	const { camera, client } = await watched(t);
	await camera.misbehave({ kind: 'refuse' });
	await client.closed;
	await assert.rejects(connectRtsp(camera.port), { code: 'ECONNREFUSED' });
	await camera.misbehave({ kind: 'behave' });
	await using again = await connectRtsp(camera.port);
	assert.equal((await again.request('OPTIONS', camera.url)).status, 200);
});

test('jump: timestamps leap by the asked time and the numbers do not', async (t) => {
	const { camera, client } = await watched(t);
	await camera.misbehave({ kind: 'jump', seconds: 60 });
	await client.morePackets(10);
	const packets = video(client.packets);
	const times = packets.map((packet) => packet.readUInt32BE(4));
	const leaps = times.slice(1).map((time, order) => (time - times[order]!) | 0);
	assert.ok(
		leaps.some((leap) => Math.abs(leap - 60 * 90_000) < 90_000),
		String(leaps),
	);
	assert.equal(holes(packets), 0);
});

for (const [kind, status] of [
	['reject', 401],
	['not-found', 404],
] as const) {
	test(`${kind}: whoever asks is answered with ${status}`, async (t) => {
		const { camera, client } = await watched(t);
		await camera.misbehave({ kind });
		assert.equal((await client.request('DESCRIBE', camera.url)).status, status);
		await camera.misbehave({ kind: 'behave' });
		assert.equal((await client.request('DESCRIBE', camera.url)).status, 200);
	});
}

test('no-video: the description has no video', async (t) => {
	const { camera, client } = await watched(t);
	await camera.misbehave({ kind: 'no-video' });
	assert.doesNotMatch((await client.request('DESCRIBE', camera.url)).body, /m=video/);
});

test('misbehaviours of the command line begin and end by themselves', async (t) => {
	const { camera, client } = await watched(t, 'not-found@0.2s/0.3s');
	const statuses = new Set<number>();
	for (let round = 0; round < 14; round++) {
		statuses.add((await client.request('DESCRIBE', camera.url)).status);
		await wait(50);
	}
	assert.deepEqual([...statuses], [200, 404]);
	assert.equal((await client.request('DESCRIBE', camera.url)).status, 200);
});
