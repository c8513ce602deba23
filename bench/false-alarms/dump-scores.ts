/**
 * Watches normal footage of several cameras at once and keeps the raw scores of every window:
 * `node bench/false-alarms/dump-scores.ts --out FOLDER --camera walkway:11 [--camera FILE@WIDTHxHEIGHT …] [--hours 1]
 * [--calibrate-minutes 60] [--detector mnad] [--frames-per-second 5]`.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { detectorOptions } from '../../src/detect/options.ts';
import { openDetectors } from '../../src/detectors.ts';
import { openRuntimes } from '../../src/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { watchCamera } from './watch.ts';

const { values } = parseArgs({
	options: {
		out: { type: 'string' },
		camera: { type: 'string', multiple: true, default: ['walkway:11'] },
		hours: { type: 'string', default: '1' },
		'calibrate-minutes': { type: 'string', default: '60' },
		detector: { type: 'string', default: 'mnad' },
		'frames-per-second': { type: 'string', default: '5' },
	},
});
if (values.out === undefined) throw new Error('--out FOLDER is wanted');
const out = values.out;
mkdirSync(out, { recursive: true });
const framesPerSecond = Number(values['frames-per-second']);
const minutes = { calibrate: Number(values['calibrate-minutes']), watch: 60 * Number(values.hours) };

await using folder = await temporaryFolder();
await using inference = await openRuntimes(inferenceOptions.parse({}), () => {});
await using detectors = openDetectors(inference);
const { detector } = await detectors.open(detectorOptions.parse({ name: values.detector }), framesPerSecond);
const began = performance.now();
const progress = (camera: string, part: string, windows: number) =>
	console.log(`${((performance.now() - began) / 60_000).toFixed(1)} min: ${camera} ${part} ${windows} windows`);
await Promise.all(
	values.camera.map((text) => {
		const [camera, width, height] = /^(.+?)(?:@(\d+)x(\d+))?$/.exec(text)!.slice(1) as [string, string?, string?];
		const size = width === undefined ? ('auto' as const) : { width: Number(width), height: Number(height) };
		return watchCamera({ camera, detector, framesPerSecond, size, minutes, out, scratch: folder.path, progress });
	}),
);
