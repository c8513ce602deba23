import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/core/clock.ts';
import { ForeframeError } from '../../src/core/errors.ts';
import { openWebSocketHub } from '../../src/publish/websocket.ts';
import { openHttp } from '../../src/web/http.ts';
import { httpDeps } from '../support/http-deps.ts';

const ADDRESS = { host: '127.0.0.1', port: 0 };

test('HTTP and WebSocket share a port, and a stop does not wait for their clients', async () => {
	const http = await openHttp(ADDRESS, DEPS);
	const hub = openWebSocketHub({
		onRequest: () => {},
		retained: new Map([['bridge/state', { state: 'online' }]]),
		clock: systemClock,
		observe: () => {},
	});
	hub.attach(http.server, http.allowHost);
	const socket = new WebSocket(`${http.url.replace('http', 'ws')}/ws`);
	const [data] = await once(socket, 'message');
	assert.deepEqual(JSON.parse(String(data)).payload, { state: 'online' });
	assert.equal((await fetch(`${http.url}/healthz`)).status, 200);
	assert.equal((await fetch(`${http.url}/ws`)).status, 404);
	const rebound = new WebSocket(`${http.url.replace('http', 'ws')}/ws`, { headers: { host: 'evil.example' } });
	const [refusal] = await once(rebound, 'error');
	assert.match(String(refusal), /421/);
	const closed = once(socket, 'close');
	const startedAt = performance.now();
	await hub[Symbol.asyncDispose]();
	await http[Symbol.asyncDispose]();
	const [code] = await closed;
	assert.equal(code, 1001);
	assert.ok(performance.now() - startedAt < 1500);
});

test('an address in use is told with what to do', async () => {
	await using http = await openHttp(ADDRESS, DEPS);
	await assert.rejects(openHttp({ host: '127.0.0.1', port: http.port }, DEPS), (error: unknown) => {
		assert.ok(error instanceof ForeframeError && error.code === 'LISTEN_FAILED');
		assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${http.port} for HTTP: another program listens there`));
		return true;
	});
});

const DEPS = httpDeps();
