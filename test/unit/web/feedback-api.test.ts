import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../src/core/errors.ts';
import type { FeedbackRequest } from '../../../src/core/feedback.ts';
import { cameraId, utcMs } from '../../../src/core/units.ts';
import { type AlarmQuery, parseAlarmQuery } from '../../../src/web/alarm-query.ts';
import { buildHttp } from '../../../src/web/http.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { noFeedback } from '../../support/feedback.ts';
import { httpDeps } from '../../support/http-deps.ts';

const { id } = sampleAlarm();
const PATH = `/api/v1/alarms/${id}/feedback`;

test('feedback is given to an alarm, with a note or without', async () => {
	const { post, given } = await serve();
	const answer = await post(PATH, { verdict: 'normal', note: 'a lorry parks here now' });
	assert.equal(answer.statusCode, 200);
	assert.deepEqual(answer.json(), { alarm: id, camera: 'yard', verdict: 'normal', effect: 'done' });
	await post(PATH, { verdict: 'undo' });
	assert.deepEqual(given, [
		{ action: 'normal', channel: 'http', note: 'a lorry parks here now' },
		{ action: 'undo', channel: 'http', note: null },
	]);
});

test('what is no feedback is refused, and says why', async () => {
	const { post, given } = await serve();
	for (const body of [
		{},
		{ verdict: 'perhaps' },
		{ verdict: 'normal', note: 'x'.repeat(501) },
		{ verdict: 'undo', x: 1 },
	]) {
		assert.equal((await post(PATH, body)).statusCode, 400, JSON.stringify(body).slice(0, 40));
	}
	assert.equal((await post(PATH, undefined)).statusCode, 400);
	assert.equal((await post('/api/v1/alarms/1/feedback', { verdict: 'normal' })).statusCode, 404);
	assert.deepEqual(given, []);
});

test('what cannot be taken back is a conflict, and a page of another origin is refused', async () => {
	const { post } = await serve(() => {
		throw new ForeframeError('USAGE', 'nothing was said of it');
	});
	const answer = await post(PATH, { verdict: 'undo' });
	assert.equal(answer.statusCode, 409);
	assert.match(answer.json().error.message, /nothing was said of it/);
	assert.equal((await post(PATH, { verdict: 'undo' }, 'http://evil.example')).statusCode, 403);
});

test('all that was said of an alarm is listed', async () => {
	const { app } = await serve();
	const answer = await app.inject({ url: PATH, headers: { host: 'localhost' } });
	assert.deepEqual(answer.json(), {
		feedback: [{ action: 'false-alarm', at: 5, channel: 'mqtt', note: null }],
	});
});

test('alarms are asked for by what was said of them', () => {
	const feedback = (text: string): AlarmQuery['feedback'] => parseAlarmQuery({ feedback: text }).feedback;
	assert.deepEqual(['false-alarm', 'none'].map(feedback), ['false-alarm', 'none']);
	assert.equal(parseAlarmQuery({}).feedback, null);
	assert.throws(() => feedback('undo'));
});

async function serve(give: () => void = () => {}) {
	const given: FeedbackRequest[] = [];
	const app = await buildHttp(
		httpDeps({
			alarm: async (alarm) => (alarm === id ? sampleAlarm() : null),
			feedback: {
				...noFeedback,
				give: async (alarm, request) => {
					give();
					given.push(request);
					return { alarm, camera: cameraId('yard'), verdict: 'normal', effect: 'done' };
				},
				history: async () => [{ action: 'false-alarm', at: utcMs(5), channel: 'mqtt', note: null }],
			},
		}),
		() => true,
	);
	return {
		app,
		given,
		post: (url: string, body: object | undefined, origin?: string) =>
			app.inject({
				method: 'POST',
				url,
				headers: { host: 'localhost', ...(origin === undefined ? {} : { origin }) },
				...(body === undefined ? {} : { payload: body }),
			}),
	};
}
