import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { configSchema } from '../../../src/config/schema.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { cameraId } from '../../../src/core/units.ts';
import { drawGoldenClip, type Golden } from '../../../src/detect/golden.ts';
import { writeModel } from '../../../src/detect/mnad/model.ts';
import { openDetectors } from '../../../src/detectors.ts';
import { stateFiles } from '../../../src/record/state-files.ts';
import { openCameraModels } from '../../../src/watch/camera-models.ts';
import { openModelStore } from '../../../src/watch/model-store.ts';
import { plainInference, smallModel } from '../../support/mnad-model.ts';
import { samplePromotion as promotion } from '../../support/promotion.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const id = cameraId('yard');

test('a roll-back goes behind the running version, also where a newer one failed its self-test', async () => {
	await using folder = await temporaryFolder();
	await using inference = plainInference();
	await using detectors = openDetectors(inference);
	const written = async (seed: number) => {
		const out = join(folder.path, `small-${seed}`);
		return { out, manifest: await writeModel(out, smallModel(seed)) };
	};
	const configured = await written(1);
	const events: DaemonEvent[] = [];
	const observe = (event: DaemonEvent) => void events.push(event);
	const state = stateFiles(folder.path, observe);
	const store = openModelStore({ camera: id, folder: await state.folder(id), observe });
	const usable = await store.promote((await written(2)).out, promotion);
	const { out, manifest } = await written(3);
	const said = new Map([['patch', 1e6] as const]);
	const golden: Golden = {
		model: { id: manifest.id, sha256: manifest.sha256 },
		framesPerSecond: 10,
		clip: drawGoldenClip(5),
		expected: [said, said, said],
	};
	await store.promote(out, { ...promotion, golden });

	const { cameras } = configSchema.parse({
		cameras: {
			yard: {
				source: { kind: 'rtsp', url: 'rtsp://192.0.2.1/stream' },
				framesPerSecond: 10,
				detector: { name: 'mnad', model: configured.out },
			},
		},
	});
	const chosen: (string | undefined)[] = [];
	const models = await openCameraModels({
		camera: { ...cameras[id]!, id, name: id },
		state,
		detectors,
		observe,
		trustedFrom: null,
		adopt: async () => {},
		chosen: (model) => chosen.push(model?.id),
	});
	assert.deepEqual(chosen, ['small-2']);
	assert.equal((await models.running()).name, usable.folder);
	assert.match(
		events.map((event) => (event.kind === 'warning' ? event.detail : '')).join('\n'),
		/0002-\w+ is not used/,
	);

	assert.equal(await models.rollBack(), 'the configured model is used again');
	assert.deepEqual(chosen, ['small-2', 'small-1']);
	assert.equal(await store.current(), null);
	await assert.rejects(models.rollBack(), /runs the configured model/);
});
