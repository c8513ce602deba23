import { CHANNELS, type Channel, type Prediction } from '../../src/core/prediction.ts';
import { cameraId, monotonicMs, rawScore, utcMs } from '../../src/core/units.ts';

/** A prediction with these raw scores and a picture of one pixel. */
export function predictionOf({
	run,
	index,
	channels,
}: {
	readonly run: number;
	readonly index: number;
	readonly channels: Partial<Record<Channel, number>>;
}): Prediction {
	const camera = cameraId('door');
	const target = {
		camera,
		run,
		index,
		width: 1,
		height: 1,
		capturedAt: utcMs(1e12 + index * 200),
		arrivedAt: monotonicMs(index * 200),
		luma: new Uint8Array(1),
		damage: null,
	};
	const raw = CHANNELS.flatMap((channel) =>
		channels[channel] === undefined ? [] : [[channel, rawScore(channels[channel])] as const],
	);
	return {
		window: { camera, run, framesPerSecond: 5, frames: [target], target },
		channels: new Map(raw),
		heatMap: { width: 1, height: 1, cellPixels: 1, values: new Float32Array(1) },
		predicted: new Uint8Array(1),
		things: [],
		rest: new Map(raw),
		memory: null,
		inferenceMs: 1,
		batchSize: 1,
	};
}
