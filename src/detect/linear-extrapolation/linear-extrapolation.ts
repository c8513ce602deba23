import { ForeframeError } from '../../core/errors.ts';
import type { Frame, Window } from '../../core/frame.ts';
import { type Mask, shareWatched } from '../../core/mask.ts';
import type { Channel, Prediction } from '../../core/prediction.ts';
import { type RawScore, rawScore } from '../../core/units.ts';
import type { CameraDetector, Detector } from '../detector.ts';
import { heatMap } from '../parts/error-map.ts';
import { worstPatchError } from '../parts/patch-error.ts';
import { psnr } from '../parts/psnr.ts';
import { regularScorePaper } from '../parts/regular-score.ts';
import { countOnly, integral, squaredErrors } from '../parts/squared-error.ts';

const CHANNELS = ['patch', 'psnr', 'regular'] as const satisfies readonly Channel[];
/** On its own the error of the worst patches tells most, and it minds the light least. */
const WEIGHTS: ReadonlyMap<Channel, number> = new Map([['patch', 1]]);
const FRAMES = 3;
const CELL_PIXELS = 8;

/**
 * Predicts that every pixel goes on as it went between the last two frames: 2 I[t-1] - I[t-2]. Learns nothing and holds
 * no state; what any learned detector has to beat. `regular` is the paper's form of the regular score.
 */
export function openLinearExtrapolation(): Detector {
	return {
		name: 'linear-extrapolation',
		model: { id: 'linear-extrapolation', version: '1' },
		expects: { frames: FRAMES, framesPerSecond: null },
		channels: CHANNELS,
		guardsMemory: false,
		weights: WEIGHTS,
		prepare: async () => {},
		camera: (_camera, mask = null) => cameraDetector(mask),
		[Symbol.asyncDispose]: async () => {},
	};
}

function cameraDetector(mask: Mask | null): CameraDetector {
	return {
		detect: async (window) => detect(window, mask),
		saveState: () => null,
		loadState: (state) => {
			throw new ForeframeError(
				'MODEL_INVALID',
				`Linear extrapolation cannot load a state of ${state.length} bytes: it has none`,
			);
		},
		driftFrom: () => null,
		forgive: () => {},
		setGate: () => {},
	};
}

function detect(window: Window, mask: Mask | null): Prediction {
	const began = performance.now();
	const [before, last] = inputsOf(window);
	const { target } = window;
	const predicted = extrapolate(before.luma, last.luma);
	const errors = squaredErrors(predicted, target.luma);
	if (mask !== null) countOnly(errors, mask.pixels);
	const sums = integral(errors, target);
	const channels = new Map<Channel, RawScore>([
		['patch', rawScore(worstPatchError(sums))],
		['psnr', rawScore(-psnr(errors, mask === null ? 1 : shareWatched(mask)))],
		['regular', rawScore(regularScorePaper(errors))],
	]);
	return {
		window,
		channels,
		heatMap: heatMap(sums, CELL_PIXELS),
		predicted,
		things: [],
		rest: channels,
		memory: null,
		inferenceMs: performance.now() - began,
		batchSize: 1,
	};
}

function inputsOf({ camera, frames, target }: Window): readonly [Frame, Frame] {
	const [before, last, third] = frames;
	if (last === undefined || third !== target || frames.length !== FRAMES) {
		throw new ForeframeError(
			'WINDOW_SHAPE',
			`Linear extrapolation got a window of ${frames.length} frames from camera ${camera}: expected ${FRAMES}`,
		);
	}
	for (const frame of frames) {
		if (frame.width !== target.width || frame.height !== target.height) {
			throw new ForeframeError(
				'WINDOW_SHAPE',
				`Linear extrapolation got frames of ${frame.width}x${frame.height} and ${target.width}x${target.height} ` +
					`in one window from camera ${camera}: expected one size`,
			);
		}
	}
	return [before, last];
}

/** 2 last - before, clipped to 0..255. */
function extrapolate(before: Uint8Array, last: Uint8Array): Uint8Array {
	const clipped = new Uint8ClampedArray(last.length);
	for (let pixel = 0; pixel < clipped.length; pixel++) clipped[pixel] = 2 * last[pixel]! - before[pixel]!;
	return new Uint8Array(clipped.buffer);
}
