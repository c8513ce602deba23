import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import { openInference } from '../../src/onnx/inference.ts';
import { readCalibration } from '../../src/score/calibration-file.ts';
import { type OddClip, openFeedbackRig } from '../support/feedback-rig.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const CYCLIST: OddClip = { kind: 'cyclist', atSeconds: 4360 };
const RUNNER: OddClip = { kind: 'runner', atSeconds: 4120 };
const CART: OddClip = { kind: 'cart', atSeconds: 4240 };

test('a cyclist that was a false alarm alarms no more on the same way, while a runner and a cart do as before; undo is exact', async (t) => {
	await using inference = await openInference(
		{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
		{ observe: () => {} },
	);
	const model = await readModel(join(MODELS, 'mnad-compact', '5fps'));
	// A memory that learns would make two plays of one clip differ.
	await using detector = openMnad({ model, memory: 'frozen', inference });
	const pack = await readCalibration(join(MODELS, 'calibration', 'demo-walkway.json'));
	await using rig = await openFeedbackRig({ detector, calibration: pack });
	const clips = { cyclist: CYCLIST, runner: RUNNER, cart: CART };
	const playAll = async () => ({
		cyclist: await rig.play(clips.cyclist),
		runner: await rig.play(clips.runner),
		cart: await rig.play(clips.cart),
	});
	const before = await playAll();
	for (const [kind, { alarms, peak }] of Object.entries(before)) {
		t.diagnostic(`${kind}: peak ${peak.toFixed(2)}, level ${rig.level.toFixed(2)}`);
		assert.ok(alarms.length > 0, `the ${kind} raises an alarm`);
	}

	await rig.say(before.cyclist.alarms, 'false-alarm');
	const after = await playAll();
	for (const [kind, { peak }] of Object.entries(after)) t.diagnostic(`${kind} afterwards: peak ${peak.toFixed(2)}`);
	assert.deepEqual(after.cyclist.alarms, []);
	assert.ok(after.cyclist.peak < rig.level);
	for (const kind of ['runner', 'cart'] as const) {
		assert.equal(after[kind].alarms.length, before[kind].alarms.length, kind);
		assert.ok(after[kind].peak > 0.9 * before[kind].peak, `${kind}: ${after[kind].peak}`);
	}
	const later = await rig.play({ ...CYCLIST, laterSeconds: 0.1 });
	t.diagnostic(`the cyclist drawn a tenth of a second later, with other noise: peak ${later.peak.toFixed(2)}`);
	assert.deepEqual(later.alarms, []);

	await rig.say(before.cyclist.alarms, 'undo');
	const undone = await rig.play(CYCLIST);
	assert.ok(Math.abs(undone.peak - before.cyclist.peak) < 1e-6);
	assert.equal(undone.alarms.length, before.cyclist.alarms.length);
});
