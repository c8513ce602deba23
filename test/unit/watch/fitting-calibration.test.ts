import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../src/core/errors.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import { fittingCalibration } from '../../../src/watch/fitting-calibration.ts';

const fit = {
	model: { id: 'm', version: '1' },
	size: { width: 64, height: 48 },
	framesPerSecond: 5,
	smoothing: 0.3,
	mask: null,
};
const made = (source: string, change: object = {}) =>
	({ ...fit, footage: { source }, ...change }) as unknown as Calibration;

async function choose(...calibrations: (() => Promise<Calibration>)[]) {
	const refused: string[] = [];
	const chosen = await fittingCalibration(calibrations, fit, ({ message }) => refused.push(message));
	return { source: chosen?.footage.source, refused };
}

test('the first calibration that was made for the camera as it is is taken; the others are told', async () => {
	const { source, refused } = await choose(
		async () => made('another model', { model: { id: 'm', version: '2' } }),
		async () => Promise.reject(new ForeframeError('CALIBRATION_INVALID', 'Cannot read it')),
		async () => made('this'),
		async () => assert.fail('it was found already'),
	);
	assert.equal(source, 'this');
	assert.equal(refused.length, 2);
	assert.match(refused[0]!, /another model: it was made for model m 2 where the camera has m 1/);
});

test('without one that fits there is none', async () => {
	assert.deepEqual(await choose(), { source: undefined, refused: [] });
	const { source, refused } = await choose(async () => made('larger', { size: { width: 640, height: 480 } }));
	assert.equal(source, undefined);
	assert.match(refused[0]!, /size 640x480 where the camera has 64x48/);
});

test('any other failure is not taken for a calibration that does not fit', async () => {
	await assert.rejects(
		choose(async () => {
			throw new RangeError('a bug');
		}),
		RangeError,
	);
});
