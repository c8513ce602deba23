/** Milliseconds per window of linear extrapolation on one core: `node bench/linear-extrapolation.ts [WIDTHxHEIGHT]`. */
import type { Frame, Size, Window } from '../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../src/core/units.ts';
import { openLinearExtrapolation } from '../src/detect/linear-extrapolation/linear-extrapolation.ts';

const RUNS = 300;

const [width, height] = (process.argv[2] ?? '240x160').split('x').map(Number) as [number, number];
const camera = cameraId('bench');
await using detector = openLinearExtrapolation();
const share = detector.camera(camera);
const window = noise({ width, height });
const tookMs: number[] = [];
for (let run = 0; run < RUNS; run++) {
	const began = performance.now();
	await share.detect(window, { freezeMemory: false });
	tookMs.push(performance.now() - began);
}
tookMs.sort((a, b) => a - b);
const [median, late] = [0.5, 0.95].map((part) => tookMs[Math.floor(part * (RUNS - 1))]!.toFixed(2));
process.stdout.write(`linear extrapolation ${width}x${height}: p50 ${median} ms, p95 ${late} ms a window\n`);

function noise(size: Size): Window {
	const frames = [0, 1, 2].map(
		(index): Frame => ({
			...size,
			camera,
			run: 1,
			index,
			capturedAt: utcMs(index * 100),
			arrivedAt: monotonicMs(index * 100),
			luma: Uint8Array.from({ length: size.width * size.height }, () => Math.random() * 256),
			damage: null,
		}),
	) as [Frame, Frame, Frame];
	return { camera, run: 1, framesPerSecond: 10, frames, target: frames[2] };
}
