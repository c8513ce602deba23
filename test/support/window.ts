import type { Frame, Size, Window } from '../../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';

/** A window over these pictures, as the window stage would hand it on. */
export function windowOf(lumas: readonly Uint8Array[], { width, height }: Size, framesPerSecond = 10): Window {
	const camera = cameraId('test');
	const frames = lumas.map(
		(luma, index): Frame => ({
			camera,
			run: 1,
			index,
			width,
			height,
			luma,
			capturedAt: utcMs(1_700_000_000_000 + (index * 1000) / framesPerSecond),
			arrivedAt: monotonicMs((index * 1000) / framesPerSecond),
			damage: null,
		}),
	);
	return { camera, run: 1, framesPerSecond, frames: frames as [Frame, ...Frame[]], target: frames.at(-1)! };
}
