import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { spawnSimulatedCamera } from '../../src/ingest/simulate/spawn.ts';
import { startDaemon, type TestDaemon } from '../support/daemon.ts';
import { collectedFootage, LEARNING_RATE, LEARNING_SIZE, worthlessModel } from '../support/learning-camera.ts';
import { mosquittoMissing, publish, type Subscriber, startMosquitto, subscribe } from '../support/mosquitto.ts';
import { childrenOf, processes, untilGone } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** For a machine that has much else to do. */
const PATIENCE_MS = 400_000;

interface CameraJson {
	readonly mode: string;
	readonly model: { readonly id: string; readonly version: string; readonly sha256: string; readonly learned: boolean };
	readonly learning: {
		readonly phase: string;
		readonly progress: number | null;
		readonly last: { readonly outcome: string; readonly detail: string } | null;
	};
}

test('a camera learns by itself while it is watched, and keeps what it learned', {
	skip: mosquittoMissing,
	timeout: 4 * PATIENCE_MS,
}, async (t) => {
	await using folder = await temporaryFolder();
	await using broker = await startMosquitto();
	await using camera = await openCamera();
	const state = join(folder.path, 'state');
	const model = await worthlessModel(join(folder.path, 'worthless'));
	const start = (minutes = 0.1) =>
		startDaemon(configOf({ state, url: camera.url, broker: broker.url, model, minutes }));

	await t.test('a live camera ends with a promoted model, and no window is lost or scored twice', async () => {
		await using seen = await subscribe(broker.port, 'foreframe/#');
		await using daemon = await start();
		await daemon.line(/collecting normal footage/);
		assert.deepEqual((await cameraOf(daemon)).model.learned, false);
		await daemon.line(/learning a model of its own/, PATIENCE_MS);
		await daemon.line(/the new model is better and runs from now on/, PATIENCE_MS);
		const { model, learning, mode } = await cameraOf(daemon);
		assert.equal(model.learned, true);
		assert.equal(model.id, 'yard');
		assert.equal(model.version, `${model.sha256.slice(0, 12)}-online`);
		assert.equal(learning.last?.outcome, 'promoted');
		assert.match(learning.last?.detail ?? '', /is promoted: it tells [\d.]+ % of synthetic oddities/);
		assert.equal(mode, 'armed', 'its calibration came with it');
		await scoredOn(daemon);
		await everyWindowOnce(daemon);
		assert.equal(await daemon.metric('foreframe_learnings_total{camera="yard",outcome="promoted"}'), 1);

		await seen.until('the model in bridge/info', () => infoOf(seen)?.models['yard']?.sha256 === model.sha256);
		const phases = stateOf(seen).map(({ learning }) => learning.phase);
		for (const phase of ['collecting', 'training', 'examining', 'resting']) assert.ok(phases.includes(phase), phase);
		assert.ok(stateOf(seen).some(({ learning }) => learning.phase === 'collecting' && learning.progress! > 0.2));
	});

	await t.test('after a restart the learned model is there; it is rolled back over HTTP, and only once', async () => {
		await using daemon = await start();
		await daemon.line(/yard: watched with its own model yard .*promoted on/);
		await daemon.line(/yard: connected/);
		await scoredOn(daemon);
		assert.equal((await cameraOf(daemon)).mode, 'armed');
		const rolled = await post(daemon, 'rollback');
		assert.equal(rolled.status, 202);
		assert.equal(((await rolled.json()) as CameraJson).model.id, 'worthless-1');
		await daemon.line(/yard: rolled back: the configured model is used again/);
		const again = await post(daemon, 'rollback');
		assert.equal(again.status, 409);
		assert.match(await again.text(), /runs the configured model/);
	});

	await t.test('killed in the middle of a learning, it leaves no process and goes on with it', async () => {
		let learner: number;
		{
			await using daemon = await start(0.3);
			await using answers = await subscribe(broker.port, 'foreframe/bridge/response/learn');
			await untilHeard(broker.port);
			await publish(broker.port, 'foreframe/camera/yard/learn/set', 'now');
			await answers.until('the answer', ({ length }) => length > 0, PATIENCE_MS);
			assert.match(answers.messages[0]!.text, /"status":"ok"/);
			await daemon.line(/learning a model of its own/, PATIENCE_MS);
			await eventually('a learning process', () => learnersOf(daemon).length === 1);
			learner = learnersOf(daemon)[0]!;
			await eventually('progress', async () => (await cameraOf(daemon)).learning.progress! > 0);
			const children = childrenOf(daemon.pid).map(({ pid }) => pid);
			assert.ok(children.includes(learner), 'it ended before it was killed');
			process.kill(daemon.pid, 'SIGKILL');
			for (const pid of children) await untilGone(pid, 60_000);
			assert.ok(hasCheckpoint(state), 'what it had learned is kept');
		}
		await using daemon = await start(0.3);
		await daemon.line(/learning a model of its own: it goes on from step [1-9]/, PATIENCE_MS);
		await daemon.line(/the new model is better and runs from now on/, PATIENCE_MS);
		const manifest = JSON.parse(await readFile(join(currentVersion(state), 'model.json'), 'utf8'));
		assert.ok(manifest.training.minutes >= 0.3, `it learned for ${manifest.training.minutes} minutes in all`);
	});

	await t.test('a model that fails its self-test is not used; MQTT asks for the roll-back of another', async () => {
		const version = currentVersion(state);
		await spoilGolden(version);
		await using daemon = await start();
		await daemon.line(/yard: its own model .* is not used: .*SELF_TEST_FAILED/);
		assert.equal((await cameraOf(daemon)).model.id, 'worthless-1');
		await using seen = await subscribe(broker.port, 'foreframe/bridge/response/rollback');
		await untilHeard(broker.port);
		await publish(broker.port, 'foreframe/bridge/request/rollback', '{"camera":"yard","transaction":5}');
		await seen.until('the answer', ({ length }) => length > 0, PATIENCE_MS);
		assert.deepEqual(JSON.parse(seen.messages[0]!.text), { status: 'ok', data: { camera: 'yard' }, transaction: 5 });
		await daemon.line(/yard: rolled back/);
	});
});

test('a model that is no better is refused, and the running one stays', { timeout: PATIENCE_MS }, async () => {
	await using folder = await temporaryFolder();
	await using camera = await openCamera();
	const state = join(folder.path, 'state');
	await collectedFootage(state, 'yard', 5);
	await using daemon = await startDaemon(configOf({ state, url: camera.url, model: 'mnad-compact', minutes: 0.05 }));
	await daemon.line(/learning a model of its own/);
	await daemon.line(/the new model is not used, the running one stays: yard .* is refused because/, PATIENCE_MS);
	const { model, learning } = await cameraOf(daemon);
	assert.match(model.id, /^mnad-compact/);
	assert.equal(model.learned, false);
	assert.equal(learning.last?.outcome, 'refused');
	assert.equal(await daemon.metric('foreframe_learnings_total{camera="yard",outcome="refused"}'), 1);
	await scoredOn(daemon);
});

function configOf({
	state,
	url,
	broker,
	model,
	minutes,
}: {
	readonly state: string;
	readonly url: string;
	readonly broker?: string;
	readonly model: string;
	readonly minutes: number;
}) {
	return {
		mqtt: broker === undefined ? { enabled: false } : { url: broker },
		record: { folder: state },
		cameras: {
			yard: {
				source: { kind: 'rtsp', url },
				framesPerSecond: LEARNING_RATE,
				size: LEARNING_SIZE,
				detector: { name: 'mnad', model },
				score: { calibrationMinutes: 0.35 },
				// So little footage says little of what is rare: nothing may be taken for an alarm here.
				alarm: { falseAlarms: '0.0001 per week' },
				learning: { afterMinutes: 0.7, minutes, every: 'never', nice: 0 },
			},
		},
	};
}

function openCamera() {
	const source = { kind: 'scene', seed: 3, oddities: 'none', width: 256, height: 160, framesPerSecond: 5 } as const;
	return spawnSimulatedCamera({ port: 0, source });
}

async function cameraOf(daemon: TestDaemon): Promise<CameraJson> {
	return (await (await fetch(`${daemon.http}/api/v1/cameras/yard`)).json()) as CameraJson;
}

function post(daemon: TestDaemon, what: string): Promise<Response> {
	return fetch(`${daemon.http}/api/v1/cameras/yard/${what}`, { method: 'POST' });
}

function frames(daemon: TestDaemon, stage: 'sampled' | 'scored'): Promise<number> {
	return daemon.metric(`foreframe_camera_frames_total{camera="yard",stage="${stage}"}`);
}

/** A daemon is ready before its broker has confirmed what it listens to; what is published earlier is lost. */
async function untilHeard(port: number): Promise<void> {
	await using seen = await subscribe(port, 'foreframe/bridge/state');
	await seen.until('the daemon online', (messages) => messages.at(-1)?.text === '{"state":"online"}', 60_000);
}

async function scoredOn(daemon: TestDaemon): Promise<void> {
	const before = await frames(daemon, 'scored');
	await eventually('more windows', async () => (await frames(daemon, 'scored')) >= before + 5);
}

/** Where nothing was dropped, every frame but the first ones of each run ends one window. */
async function everyWindowOnce(daemon: TestDaemon): Promise<void> {
	const dropped = (reason: string) =>
		daemon.metric(`foreframe_camera_windows_dropped_total{camera="yard",reason="${reason}"}`);
	const text = await (await fetch(`${daemon.http}/metrics`)).text();
	const value = (name: string) =>
		Number(
			text
				.split('\n')
				.find((line) => line.startsWith(`${name} `))!
				.split(' ')
				.at(-1),
		);
	const sampled = value('foreframe_camera_frames_total{camera="yard",stage="sampled"}');
	const scored = value('foreframe_camera_frames_total{camera="yard",stage="scored"}');
	const lost = (await dropped('starting')) + (await dropped('backpressure')) + (await dropped('damaged'));
	// On a machine that is kept from its work windows are dropped and counted, as ever; the swap adds nothing to it.
	const waiting = sampled - scored - lost;
	assert.ok(scored <= sampled - 4, `${scored} windows of ${sampled} frames were scored`);
	assert.ok(waiting >= 4 && waiting <= 4 + 20 * LEARNING_RATE, `${waiting} frames are neither scored nor counted`);
}

function learnersOf(daemon: TestDaemon): readonly number[] {
	return processes()
		.filter(({ parent, command, state }) => parent === daemon.pid && / learn /.test(command) && state !== 'Z')
		.map(({ pid }) => pid);
}

function hasCheckpoint(state: string): boolean {
	const folder = join(state, 'cameras', 'yard', 'learning');
	try {
		return readdirSync(folder, { recursive: true }).some((name) => String(name).includes('checkpoint'));
	} catch {
		return false;
	}
}

function currentVersion(state: string): string {
	const folder = join(state, 'cameras', 'yard', 'models');
	const names = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
	return join(folder, names.toSorted().at(-1)!);
}

/** As if the model said something else here: its files are whole. */
async function spoilGolden(version: string): Promise<void> {
	const path = join(version, 'golden.json');
	const golden = JSON.parse(await readFile(path, 'utf8'));
	for (const said of golden.expected) said.patch *= 1.5;
	const text = JSON.stringify(golden);
	await writeFile(path, text);
	const about = JSON.parse(await readFile(join(version, 'version.json'), 'utf8'));
	about.files['golden.json'] = createHash('sha256').update(text).digest('hex');
	await writeFile(join(version, 'version.json'), JSON.stringify(about));
}

function payloads(seen: Subscriber, topic: string): unknown[] {
	return seen.messages.filter((message) => message.topic === `foreframe/${topic}`).map(({ text }) => JSON.parse(text));
}

function stateOf(seen: Subscriber): CameraJson[] {
	return payloads(seen, 'camera/yard/state') as CameraJson[];
}

function infoOf(seen: Subscriber) {
	return payloads(seen, 'bridge/info').at(-1) as { models: Record<string, CameraJson['model']> } | undefined;
}

async function eventually(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
	const giveUp = performance.now() + PATIENCE_MS;
	while (!(await is())) {
		if (performance.now() > giveUp) throw new Error(`There is no ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 250));
	}
}
