import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../../src/core/alarm.ts';
import type { CameraState } from '../../../src/core/camera-state.ts';
import { ForeframeError } from '../../../src/core/errors.ts';
import { cameraId, utcMs } from '../../../src/core/units.ts';
import type { AlarmQuery } from '../../../src/web/alarm-query.ts';
import { hostGuard } from '../../../src/web/host-guard.ts';
import { buildHttp, type HttpDeps } from '../../../src/web/http.ts';
import { sampleAlarm, sampleExplanation, sampleState } from '../../support/alarms.ts';
import { httpDeps } from '../../support/http-deps.ts';

test('healthz answers while the process works, readyz tells what is waited for', async () => {
	const reasons = ['camera yard was not tried yet'];
	const { get } = await serve({ notReady: () => reasons });
	assert.equal((await get('/healthz')).statusCode, 200);
	const early = await get('/readyz');
	assert.equal(early.statusCode, 503);
	assert.deepEqual(early.json(), { ready: false, reasons: ['camera yard was not tried yet'] });
	reasons.pop();
	const ready = await get('/readyz');
	assert.equal(ready.statusCode, 200);
	assert.deepEqual(ready.json(), { ready: true, reasons: [] });
});

test('faults of cameras are listed as alarms are, with the page after them', async () => {
	const asked: unknown[] = [];
	const fault = {
		id: sampleAlarm().id,
		camera: cameraId('yard'),
		kind: 'frozen',
		startedAt: utcMs(0),
		endedAt: null,
		frameAt: utcMs(0),
		detail: '',
	} as const;
	const { get } = await serve({
		faults: async (query) => {
			asked.push(query);
			return [fault];
		},
		faultJson: ({ id, kind }) => ({ id, kind }),
	});
	const listed = await get('/api/v1/integrity?camera=yard&limit=1');
	assert.deepEqual(listed.json(), { faults: [{ id: fault.id, kind: 'frozen' }], next: fault.id });
	assert.deepEqual(asked, [{ camera: 'yard', from: null, to: null, limit: 1, before: null }]);
	assert.equal((await get('/api/v1/integrity?limit=0')).statusCode, 400);
});

test('metrics are served with the content type of their text', async () => {
	const { get } = await serve({});
	const response = await get('/metrics');
	assert.equal(response.body, 'foreframe_up 1\n');
	assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
});

test('cameras are listed in the wire format, one of them by its id', async () => {
	const { get } = await serve({});
	const list = await get('/api/v1/cameras');
	assert.deepEqual(list.json(), {
		cameras: [
			{ id: 'yard', availability: 'online', mode: 'armed' },
			{ id: 'gate', availability: 'offline', mode: 'fault' },
		],
	});
	assert.deepEqual((await get('/api/v1/cameras/gate')).json(), { id: 'gate', availability: 'offline', mode: 'fault' });
	const missing = await get('/api/v1/cameras/roof');
	assert.equal(missing.statusCode, 404);
	assert.deepEqual(missing.json(), { error: { message: 'There is no camera "roof"; /api/v1/cameras lists them' } });
});

test('learning, roll-back and another view are asked for by POST, not by a page of another origin', async () => {
	const asked: string[] = [];
	const { post } = await serve({
		learn: async (camera) => void asked.push(`learn ${camera}`),
		acceptView: async (camera) => void asked.push(`view ${camera}`),
		rollBack: async () => {
			throw new ForeframeError('USAGE', 'There is no older model');
		},
	});
	const accepted = await post('/api/v1/cameras/yard/learn', { origin: 'http://localhost:8480' });
	assert.equal(accepted.statusCode, 202);
	assert.equal(accepted.json().id, 'yard');
	const refused = await post('/api/v1/cameras/yard/rollback');
	assert.equal(refused.statusCode, 409);
	assert.match(refused.json().error.message, /no older model/);
	assert.equal((await post('/api/v1/cameras/roof/learn')).statusCode, 404);
	assert.equal((await post('/api/v1/cameras/yard/learn', { origin: 'https://elsewhere.example' })).statusCode, 403);
	assert.equal((await post('/api/v1/cameras/yard/learn', { origin: 'null' })).statusCode, 403);
	assert.equal((await post('/api/v1/cameras/yard/view/accept')).statusCode, 202);
	assert.equal((await post('/api/v1/cameras/roof/view/accept')).statusCode, 404);
	assert.deepEqual(asked, ['learn yard', 'view yard']);
});

test('alarms are asked for with every parameter, and pages follow each other', async () => {
	const { get, queries } = await serve({});
	const id = sampleAlarm().id;
	const response = await get(
		`/api/v1/alarms?camera=yard&from=2026-11-22T17:00:00%2B01:00&to=1795363458250&limit=1&zone=Front+gate&before=${id.toUpperCase()}`,
	);
	assert.deepEqual(response.json(), { alarms: [{ id, camera: 'yard' }], next: id });
	assert.deepEqual(queries, [
		{
			camera: 'yard',
			from: Date.UTC(2026, 10, 22, 16),
			to: 1795363458250,
			feedback: null,
			zone: 'Front gate',
			limit: 1,
			before: id,
		},
	]);
	assert.equal((await get('/api/v1/alarms')).json().next, null);
	const all = { camera: null, from: null, to: null, feedback: null, zone: null, limit: 100, before: null };
	assert.deepEqual(queries[1], all);
});

test('an alarm is found by its id', async () => {
	const { get } = await serve({});
	assert.deepEqual((await get(`/api/v1/alarms/${sampleAlarm().id}`)).json(), { id: sampleAlarm().id, camera: 'yard' });
	assert.equal((await get('/api/v1/alarms/019ab7c4-5d3a-7c11-9f4e-000000000000')).statusCode, 404);
	assert.equal((await get('/api/v1/alarms/seven')).statusCode, 404);
});

test('a wrong parameter is refused with its name and what was expected', async () => {
	const { get } = await serve({});
	const cases = [
		['limit=0', /Cannot use parameter "limit": expected a whole number from 1 to 1000$/],
		['limit=1.5', /Cannot use parameter "limit": expected a whole number from 1 to 1000$/],
		['limit=many', /Cannot use parameter "limit": expected a whole number from 1 to 1000/],
		['from=yesterday', /Cannot use parameter "from": expected a time such as 2026-11-22T16:00:00Z/],
		['camera=The+Yard', /Cannot use parameter "camera": expected the id of a camera/],
		['before=7', /Cannot use parameter "before": expected the id of an alarm/],
		['form=1', /There is no parameter "form"/],
	] as const;
	for (const [query, message] of cases) {
		const response = await get(`/api/v1/alarms?${query}`);
		assert.equal(response.statusCode, 400, query);
		assert.match(response.json().error.message, message);
	}
});

test('the page shows cameras and alarms without its script, and nothing in them becomes markup', async () => {
	const failure = { reason: 'unknown', detail: '<img src=x onerror=alert(1)> "&' } as const;
	const { get } = await serve({ cameras: () => [sampleState({ stream: 'offline', failure })] });
	const { body, headers } = await get('/');
	assert.match(String(headers['content-type']), /^text\/html/);
	assert.match(body, /data-camera="yard"/);
	assert.match(body, /armed/);
	assert.match(body, /2026-11-22 16:04:18 UTC/);
	assert.match(body, /motion: 5\.2 over 4\.2/);
	assert.doesNotMatch(body, /<img/);
	assert.match(body, /&#60;img src=x onerror=alert\(1\)&#62; &#34;&#38;/);
	for (const path of ['/status.js', '/status.css', '/favicon.svg']) {
		assert.equal((await get(path)).statusCode, 200);
		assert.ok(body.includes(path.slice(1)));
	}
	assert.doesNotMatch(body, /https?:\/\//, 'the page may name no other server');
});

test('every answer carries the security headers', async () => {
	const { get } = await serve({});
	for (const path of ['/', '/healthz', '/status.js', '/nowhere', '/api/v1/alarms?limit=0']) {
		const { headers } = await get(path);
		assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self'/);
		assert.equal(headers['x-content-type-options'], 'nosniff');
		assert.equal(headers['x-frame-options'], 'DENY');
	}
});

test('on loopback another host name is refused, so that no web page can read us through its own', async () => {
	const { get } = await serve({});
	assert.equal((await get('/api/v1/cameras', 'evil.example')).statusCode, 421);
	assert.equal((await get('/api/v1/cameras', '127.0.0.1.evil.example:8480')).statusCode, 421);
	for (const host of ['localhost:8480', '127.0.0.1', '[::1]:9000', 'LOCALHOST']) {
		assert.equal((await get('/api/v1/cameras', host)).statusCode, 200, host);
	}
	const open = hostGuard('0.0.0.0');
	assert.equal(open('nvr.example'), true);
});

test('what went wrong inside is told to the daemon, not to the client', async () => {
	const errors: Error[] = [];
	const { get } = await serve({
		alarms: async () => {
			throw new Error('secret detail');
		},
		onError: (error) => void errors.push(error),
	});
	const response = await get('/api/v1/alarms');
	assert.equal(response.statusCode, 500);
	assert.doesNotMatch(response.body, /secret detail/);
	assert.equal(errors[0]?.message, 'secret detail');
});

test('what explains an alarm is served as JSON, its pictures as PNG, and what is not kept is not found', async () => {
	const path = `/api/v1/alarms/${sampleAlarm().id}`;
	const { get } = await serve({
		explanation: async () => sampleExplanation(),
		explanationJson: ({ text }) => ({ text }),
		picture: async (_alarm, picture) => (picture === 'heat' ? Uint8Array.of(0x89, 0x50) : null),
	});
	assert.deepEqual((await get(`${path}/explanation`)).json(), { text: sampleExplanation().text });
	const picture = await get(`${path}/pictures/heat.png`);
	assert.equal(picture.headers['content-type'], 'image/png');
	assert.deepEqual([...picture.rawPayload], [0x89, 0x50]);
	for (const missing of ['pictures/expected.png', 'pictures/passwd', 'pictures/..%2Fheat.png']) {
		assert.equal((await get(`${path}/${missing}`)).statusCode, 404, missing);
	}
	const { get: without } = await serve({});
	assert.equal((await without(`${path}/explanation`)).statusCode, 404);
});

test('an unknown address is answered in JSON', async () => {
	const { get } = await serve({});
	const response = await get('/nowhere?x=1');
	assert.equal(response.statusCode, 404);
	assert.deepEqual(response.json(), { error: { message: 'There is nothing at /nowhere' } });
});

async function serve(parts: Partial<HttpDeps>) {
	const queries: AlarmQuery[] = [];
	const states: readonly CameraState[] = [
		sampleState(),
		sampleState({ camera: cameraId('gate'), mode: 'fault', stream: 'offline', streamSince: utcMs(0) }),
	];
	const app = await buildHttp(
		httpDeps({
			metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'foreframe_up 1\n' }),
			cameras: () => states,
			alarms: async (query) => {
				queries.push(query);
				return [sampleAlarm()];
			},
			alarm: async (id) => (id === sampleAlarm().id ? sampleAlarm() : null),
			cameraJson: ({ mode }) => ({ mode }),
			alarmJson: ({ id, camera }: Alarm) => ({ id, camera }),
			...parts,
		}),
		hostGuard('127.0.0.1'),
	);
	return {
		queries,
		get: (url: string, host = 'localhost:8480') => app.inject({ url, headers: { host } }),
		post: (url: string, headers: Record<string, string> = {}) =>
			app.inject({ method: 'POST', url, headers: { host: 'localhost:8480', ...headers } }),
	};
}
