import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlarmId, cameraId, utcMs } from '../../../src/core/units.ts';
import { createRequests, type RequestHandlers } from '../../../src/publish/requests.ts';
import { type ResponseMessage, response } from '../../../src/publish/wire.ts';
import { noFeedback } from '../../support/feedback.ts';

const ALARM = '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00' as AlarmId;

test('the transaction comes back, also with an error', async () => {
	const { ask, answers } = create();
	await ask('bridge/request/health', '{"transaction":"a"}');
	await ask('bridge/request/mode', '{"transaction":7,"camera":"yard"}');
	assert.deepEqual(answers[0], {
		topic: 'bridge/response/health',
		response: { status: 'ok', data: { fine: true }, transaction: 'a' },
	});
	assert.equal(answers[1]?.response.status, 'error');
	assert.equal(answers[1]?.response.transaction, 7);
	for (const answer of answers) response.parse(answer.response);
});

test('more requests than can be at work are refused instead of piled up', async () => {
	const gate = Promise.withResolvers<void>();
	const { ask, answers, problems } = create({
		health: async () => {
			await gate.promise;
			return {};
		},
	});
	const asked = Array.from({ length: 40 }, () => ask('bridge/request/health', ''));
	gate.resolve();
	await Promise.all(asked);
	assert.equal(answers.length, 16);
	assert.equal(problems.length, 24);
});

test('a huge request is refused unread, and an unknown topic is not answered', async () => {
	const { ask, answers } = create();
	await ask('bridge/request/info', `{"x":"${'y'.repeat(5000)}"}`);
	assert.match(answers[0]?.response.error ?? '', /at most 4096 characters/);
	await ask('bridge/request/Odd Verb', '');
	await ask('camera/yard/state', '{}');
	assert.equal(answers.length, 1);
});

test('a camera is left to its schedule again by a request or by the plain text', async () => {
	const { ask, answers, modes } = create();
	await ask('bridge/request/mode', '{"camera":"yard","mode":"schedule"}');
	await ask('camera/yard/mode/set', 'schedule');
	await ask('camera/yard/mode/set', 'disarmed');
	assert.deepEqual(modes, ['yard schedule', 'yard schedule']);
	assert.deepEqual(
		answers.map(({ response: { status } }) => status),
		['ok', 'ok', 'error'],
	);
});

test('learning is asked for by a request or by the plain text of the camera', async () => {
	const { ask, answers, modes } = create();
	await ask('bridge/request/learn', '{"camera":"yard","transaction":3}');
	await ask('camera/yard/learn/set', 'now');
	await ask('bridge/request/rollback', '{"camera":"yard"}');
	await ask('camera/yard/learn/set', 'rollback');
	await ask('camera/yard/learn/set', 'later');
	await ask('bridge/request/learn', '{}');
	assert.deepEqual(modes, ['yard learn', 'yard learn', 'yard rollback', 'yard rollback']);
	assert.deepEqual(
		answers.map(({ topic, response: { status } }) => `${topic} ${status}`),
		[
			'bridge/response/learn ok',
			'bridge/response/learn ok',
			'bridge/response/rollback ok',
			'bridge/response/rollback ok',
			'bridge/response/learn error',
			'bridge/response/learn error',
		],
	);
	assert.equal(answers[0]?.response.transaction, 3);
	assert.match(answers[4]?.response.error ?? '', /command/);
});

test('a view is accepted by a request or by the plain text of the camera', async () => {
	const { ask, answers, modes } = create();
	await ask('bridge/request/accept_view', '{"camera":"yard","transaction":3}');
	await ask('camera/yard/view/set', 'accept');
	await ask('camera/yard/view/set', 'refuse');
	await ask('bridge/request/accept_view', '{}');
	assert.deepEqual(modes, ['yard view accepted', 'yard view accepted']);
	assert.deepEqual(
		answers.map(({ topic, response: { status } }) => `${topic} ${status}`),
		['ok', 'ok', 'error', 'error'].map((status) => `bridge/response/accept_view ${status}`),
	);
});

test('a camera id that cannot exist is refused before the daemon is asked', async () => {
	const { ask, answers, modes } = create();
	await ask('camera/../mode/set', 'armed');
	await ask('camera/Yard/mode/set', 'armed');
	assert.deepEqual(
		answers.map(({ response: { status } }) => status),
		['error', 'error'],
	);
	assert.deepEqual(modes, []);
});

test('memories are listed, and one is taken again by the time before it or by itself', async () => {
	const { ask, answers, modes } = create();
	await ask('bridge/request/memory', '{"camera":"yard"}');
	const kept = { time: '2027-01-15T08:00:00.000Z', time_ms: 1_800_000_000_000, reason: 'hourly' };
	assert.deepEqual(answers[0]?.response.data, { camera: 'yard', snapshots: [kept] });
	await ask('bridge/request/memory_rollback', '{"camera":"yard","time_ms":1800000000001}');
	await ask('bridge/request/memory_rollback', '{"camera":"yard","time_ms":1800000000000,"reason":"hourly"}');
	assert.deepEqual(modes, [
		'yard {"kind":"before","time":1800000000001}',
		'yard {"kind":"snapshot","snapshot":{"at":1800000000000,"reason":"hourly"}}',
	]);
	assert.deepEqual(answers[1]?.response.data, { camera: 'yard', to: kept, replaced: null });
	await ask('bridge/request/memory_rollback', '{"camera":"yard"}');
	assert.match(answers[3]?.response.error ?? '', /time_ms/);
});

test('feedback is given to an alarm by a request, or to the last one by the plain text of the camera', async () => {
	const { ask, answers, modes } = create();
	await ask('bridge/request/feedback', `{"alarm":"${ALARM.toUpperCase()}","verdict":"normal","note":"a cat"}`);
	await ask('bridge/request/feedback', `{"alarm":"${ALARM}","verdict":"undo","transaction":4}`, 'websocket');
	await ask('camera/yard/feedback/set', ' false-alarm\n');
	assert.deepEqual(modes, [
		`${ALARM} normal mqtt a cat`,
		`${ALARM} undo websocket null`,
		'last of yard false-alarm mqtt null',
	]);
	assert.deepEqual(answers[0], {
		topic: 'bridge/response/feedback',
		response: { status: 'ok', data: { alarm: ALARM, camera: 'yard', verdict: 'normal', effect: 'done' } },
	});
	assert.equal(answers[1]?.response.transaction, 4);
	for (const wrong of ['{"alarm":"1","verdict":"undo"}', `{"alarm":"${ALARM}","verdict":"perhaps"}`, '{}']) {
		await ask('bridge/request/feedback', wrong);
	}
	await ask('camera/yard/feedback/set', 'maybe');
	assert.deepEqual(
		answers.slice(3).map(({ response: { status } }) => status),
		['error', 'error', 'error', 'error'],
	);
	assert.equal(modes.length, 3);
});

function create(parts: Partial<RequestHandlers> = {}) {
	const answers: { topic: string; response: ResponseMessage }[] = [];
	const problems: string[] = [];
	const modes: string[] = [];
	const onMessage = createRequests({
		handlers: {
			health: async () => ({ fine: true }),
			info: async () => ({}),
			setMode: async (camera, mode) => void modes.push(`${camera} ${mode}`),
			learn: async (camera) => void modes.push(`${camera} learn`),
			rollBack: async (camera) => void modes.push(`${camera} rollback`),
			acceptView: async (camera) => void modes.push(`${camera} view accepted`),
			memory: {
				snapshots: async () => [{ at: utcMs(1_800_000_000_000), reason: 'hourly' }],
				rollBack: async (camera, wanted) => {
					modes.push(`${camera} ${JSON.stringify(wanted)}`);
					return { to: { at: utcMs(1_800_000_000_000), reason: 'hourly' }, replaced: null };
				},
			},
			feedback: {
				...noFeedback,
				give: async (alarm, { action, channel, note }) => {
					modes.push(`${alarm} ${action} ${channel} ${note}`);
					return { alarm, camera: cameraId('yard'), verdict: 'normal', effect: 'done' };
				},
				giveLast: async (camera, { action, channel, note }) => {
					modes.push(`last of ${camera} ${action} ${channel} ${note}`);
					return { alarm: ALARM, camera, verdict: null, effect: 'done' };
				},
			},
			...parts,
		},
		respond: async (topic, answer) => void answers.push({ topic, response: answer }),
		onProblem: (detail) => void problems.push(detail),
	});
	const ask = async (topic: string, text: string, channel: 'mqtt' | 'websocket' = 'mqtt') => {
		onMessage(topic, text, false, channel);
		await new Promise((resolve) => setTimeout(resolve, 2));
	};
	return { ask, answers, problems, modes };
}
