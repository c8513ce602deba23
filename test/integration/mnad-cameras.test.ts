import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Prediction } from '../../src/core/prediction.ts';
import { cameraId } from '../../src/core/units.ts';
import type { CameraDetector } from '../../src/detect/detector.ts';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import type { NetworkSpec } from '../../src/detect/mnad/network.ts';
import { openInference } from '../../src/onnx/inference.ts';
import { assertClose } from '../support/close.ts';
import { smallModel } from '../support/mnad-model.ts';
import { walkingWindows } from '../support/walks.ts';

const SIZE = { width: 64, height: 48 };
const WINDOWS = 30;
/** `FFM1`, a hash, then numbers. */
const HEAD = 4 + 64;

const NETWORKS: NetworkSpec[] = [
	{ kind: 'compact', widths: [8, 12] },
	{ kind: 'paper', width: 4 },
];

for (const network of NETWORKS) {
	for (const memory of ['online', 'paper'] as const) {
		test(`Two cameras that share batches of the ${network.kind} network (${memory}) are what each is alone`, async () => {
			const model = smallModel(7, { network, gate: 10 });
			const scenes = [21, 22].map((seed) => walkingWindows(seed, WINDOWS, SIZE));
			await using inference = await openInference(
				{ provider: 'cpu', threads: 2, batchMax: 4, batchDeadlineMs: 25 },
				{ observe: () => {} },
			);
			await using detector = openMnad({ model, memory, inference });
			const follow = async (camera: CameraDetector, scene: number) => {
				const predictions: Prediction[] = [];
				for (const [index, window] of scenes[scene]!.entries()) {
					predictions.push(await camera.detect(window, { freezeMemory: index % 5 === scene }));
				}
				return { predictions, state: camera.saveState()! };
			};
			const cameras = () => ['a', 'b'].map((name) => detector.camera(cameraId(name)));
			const together = await Promise.all(cameras().map(follow));
			const alone: typeof together = [];
			for (const [scene, camera] of cameras().entries()) alone.push(await follow(camera, scene));

			const sizes = new Set(together.flatMap(({ predictions }) => predictions.map(({ batchSize }) => batchSize)));
			assert.ok(sizes.has(2), `batches of ${[...sizes]}`);
			assert.ok(alone.every(({ predictions }) => predictions.every(({ batchSize }) => batchSize === 1)));
			for (const [scene, { predictions, state }] of together.entries()) {
				for (const [index, prediction] of predictions.entries()) {
					const expected: Prediction = alone[scene]!.predictions[index]!;
					assertClose([...prediction.channels.values()], [...expected.channels.values()], 1e-5, 'channels');
					assertClose(prediction.heatMap.values, expected.heatMap.values, 1e-5, 'error map');
					assertClose(prediction.memory!.usage, expected.memory!.usage, 1e-5, 'usage');
					assert.equal(prediction.memory!.updated, index % 5 !== scene);
					// Rounded to whole grey values a hair makes one.
					for (const [pixel, grey] of expected.predicted.entries()) {
						assert.ok(Math.abs(prediction.predicted[pixel]! - grey) <= 1);
					}
				}
				assertClose(numbersOf(state), numbersOf(alone[scene]!.state), 1e-5, 'memory');
			}
		});
	}
}

function numbersOf(state: Uint8Array): Float32Array {
	return new Float32Array(Uint8Array.from(state.subarray(HEAD)).buffer);
}
