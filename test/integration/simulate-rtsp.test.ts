import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { openSimulatedCamera, type SimulatedCameraOptions } from '../../src/ingest/simulate/camera.ts';
import { connectRtsp, type RtspClient } from '../support/rtsp-client.ts';

async function opened(t: TestContext, options: Partial<SimulatedCameraOptions> = {}) {
	const camera = await openSimulatedCamera({
		source: { kind: 'scene', width: 320, height: 180, framesPerSecond: 20 },
		...options,
	});
	const clients: RtspClient[] = [];
	t.after(async () => {
		for (const client of clients) await client[Symbol.asyncDispose]();
		await camera[Symbol.asyncDispose]();
	});
	const connect = async () => {
		const client = await connectRtsp(camera.port);
		clients.push(client);
		return client;
	};
	return { camera, connect, url: camera.url };
}

test('a client is led from DESCRIBE to TEARDOWN, and the stream begins with a key picture', async (t) => {
	const { camera, connect, url } = await opened(t);
	const client = await connect();
	assert.match((await client.request('OPTIONS', url)).headers.get('public') ?? '', /DESCRIBE.*PLAY.*TEARDOWN/);
	const described = await client.request('DESCRIBE', url, { Accept: 'application/sdp' });
	assert.equal(described.status, 200);
	assert.equal(described.headers.get('content-base'), `${url}/`);
	assert.match(described.body, /m=video 0 RTP\/AVP 96\r\n/);
	assert.match(described.body, /sprop-parameter-sets=Z[\w+/=]+,aM[\w+/=]+/);
	const session = await client.play(url);
	const packets = await client.morePackets(30);
	const rtp = packets.filter(({ channel }) => channel === 0).map(({ bytes }) => bytes);
	assert.ok(packets.some(({ channel, bytes }) => channel === 1 && bytes[1] === 200));
	// The first packet aggregates the parameter sets; fragments of the key picture follow.
	assert.equal(rtp[0]![12]! & 0x1f, 24);
	assert.equal(rtp[1]![13]! & 0x1f, 5);
	const sequences = rtp.map((packet) => packet.readUInt16BE(2));
	assert.ok(sequences.every((number, order) => order === 0 || number === ((sequences[order - 1]! + 1) & 0xffff)));
	const times = [...new Set(rtp.map((packet) => packet.readUInt32BE(4)))];
	assert.ok(
		times.slice(1).every((time, order) => ((time - times[order]!) | 0) % 4500 === 0),
		String(times),
	);
	assert.equal(camera.clients, 1);
	assert.equal((await client.request('PAUSE', url, { Session: session })).status, 200);
	await client.request('GET_PARAMETER', url, { Session: session });
	const paused = client.packets.length;
	await new Promise((resolve) => setTimeout(resolve, 200));
	assert.equal(client.packets.length, paused);
	assert.equal((await client.request('PLAY', url, { Session: session })).status, 200);
	await client.morePackets(3);
	assert.equal((await client.request('TEARDOWN', url, { Session: session })).status, 200);
	assert.equal((await client.request('PLAY', url, { Session: session })).status, 454);
	assert.equal(camera.clients, 0);
});

test('a client over UDP gets its packets from the announced ports', async (t) => {
	const { connect, url } = await opened(t);
	const client = await connect();
	const socket = createSocket('udp4');
	t.after(() => socket.close());
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const { port } = socket.address();
	const transport = `RTP/AVP;unicast;client_port=${port}-${port + 1}`;
	const setUp = await client.request('SETUP', `${url}/stream=0`, { Transport: transport });
	const session = setUp.headers.get('session')!.split(';')[0]!;
	const announced = Number(/server_port=(\d+)-/.exec(setUp.headers.get('transport') ?? '')?.[1]);
	await client.request('PLAY', url, { Session: session });
	const [packet, from] = await once(socket, 'message');
	assert.equal(from.port, announced);
	assert.equal(packet[1] & 0x7f, 96);
});

test('wrong requests get the status that says what is wrong, and the connection goes on', async (t) => {
	const { connect, url } = await opened(t, { maxClients: 1 });
	const client = await connect();
	const status = async (method: string, uri: string, headers: Record<string, string> = {}, body = '') =>
		(await client.request(method, uri, headers, body)).status;
	assert.equal(await status('DESCRIBE', url.replace('/stream', '/other')), 404);
	assert.equal(await status('DESCRIBE', 'stream'), 400);
	assert.equal(await status('DESCRIBE', url, { Accept: 'text/html' }), 406);
	assert.equal(await status('SETUP', `${url}/stream=0`, { Transport: 'RTP/AVP;multicast' }), 461);
	assert.equal(await status('SETUP', `${url}/stream=0`), 461);
	assert.equal(await status('PLAY', url), 454);
	assert.equal(await status('PLAY', url, { Session: 'nobody' }), 454);
	assert.equal(await status('RECORD', url), 405);
	assert.equal(await status('DANCE', url), 501);
	assert.equal(await status('OPTIONS', url, { Require: 'funky-feature' }), 551);
	assert.equal(await status('SET_PARAMETER', url, {}, 'brightness: 5'), 451);
	assert.equal(await status('GET_PARAMETER', url), 200);
	await client.play(url);
	const transport = 'RTP/AVP/TCP;unicast;interleaved=2-3';
	assert.equal(await status('SETUP', `${url}/stream=0`, { Transport: transport }), 453);
	assert.equal((await client.raw('HELLO\r\nCSeq: 9\r\n\r\n')).status, 400);
	assert.equal(await status('OPTIONS', url), 200);
	const rude = await connect();
	assert.equal((await rude.raw('x'.repeat(9000))).status, 413);
	await rude.closed;
	const flood = await connect();
	flood.send(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`.repeat(200));
	await flood.closed;
	assert.equal(await status('OPTIONS', url), 200);
});

test('without the password there is no description, no session and no picture', async (t) => {
	const credentials = { user: 'ann', password: 'a b:c' };
	const { connect, url } = await opened(t, { credentials, schemes: ['digest-sha-256', 'digest-md5', 'basic'] });
	const client = await connect();
	for (const method of ['DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']) {
		const { status, headers } = await client.request(method, url);
		assert.equal(status, 401);
		assert.match(headers.get('www-authenticate') ?? '', /Digest .*SHA-256.*Digest .*MD5.*Basic realm/);
	}
	const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
	assert.equal((await client.request('DESCRIBE', url, basic('ann:wrong'))).status, 401);
	assert.equal((await client.request('DESCRIBE', url, basic('ann:a b:c'))).status, 200);
});

test('a session ends when nothing is heard of its client, and lives while something is', async (t) => {
	const { camera, connect, url } = await opened(t, { sessionTimeoutSeconds: 0.8 });
	const silent = await connect();
	const lively = await connect();
	await silent.play(url);
	const session = await lively.play(url);
	assert.equal(camera.clients, 2);
	for (let round = 0; round < 3; round++) {
		await new Promise((resolve) => setTimeout(resolve, 200));
		await lively.request('GET_PARAMETER', url, { Session: session });
		await new Promise((resolve) => setTimeout(resolve, 200));
		// A receiver report on the channel beside is a sign of life as well.
		lively.send(Uint8Array.of(0x24, 1, 0, 8, 0x80, 201, 0, 1, 0, 0, 0, 1));
	}
	assert.equal(camera.clients, 1);
	assert.ok(silent.packets.some(({ channel, bytes }) => channel === 1 && bytes[1] === 203));
});

test('a client that does not read is cut to key pictures instead of being buffered for, and hinders nobody', async (t) => {
	const source = { kind: 'scene', width: 640, height: 360, framesPerSecond: 50, bitsPerSecond: 20_000_000 } as const;
	const events: string[] = [];
	const camera = await openSimulatedCamera({ source }, { observe: ({ kind }) => events.push(kind) });
	t.after(() => camera[Symbol.asyncDispose]());
	await using slow = await connectRtsp(camera.port);
	await using quick = await connectRtsp(camera.port);
	await slow.play(camera.url);
	await quick.play(camera.url);
	slow.pause();
	for (let waited = 0; waited < 100 && !events.includes('congested'); waited++) await quick.morePackets(20);
	assert.ok(events.includes('congested'));
	await quick.morePackets(50);
});

test('when the camera goes, its clients are told and its port is free', async (t) => {
	const { camera, connect, url } = await opened(t);
	const client = await connect();
	await client.play(url);
	await client.morePackets(2);
	await camera[Symbol.asyncDispose]();
	await client.closed;
	assert.ok(client.packets.some(({ channel, bytes }) => channel === 1 && bytes[1] === 203));
	const again = await openSimulatedCamera({ source: { kind: 'scene', width: 64, height: 64 }, port: camera.port });
	await again[Symbol.asyncDispose]();
	await assert.rejects(connectRtsp(camera.port), { code: 'ECONNREFUSED' });
});

test('two cameras cannot share a port, and the second says so', async (t) => {
	const { camera } = await opened(t);
	const source = { kind: 'scene', width: 64, height: 64 } as const;
	await assert.rejects(openSimulatedCamera({ source, port: camera.port }), { code: 'LISTEN_FAILED' });
});

test('a video that is not there, or is none, is refused', async () => {
	for (const path of ['/nowhere.mp4', new URL(import.meta.url).pathname]) {
		await assert.rejects(openSimulatedCamera({ source: { kind: 'video', path } }), { code: 'SOURCE_FAILED' });
	}
});
