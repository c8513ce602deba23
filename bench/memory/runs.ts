import type { Detector } from '../../src/detect/detector.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { FRAMES_PER_SECOND, openWatchedCamera, type WatchedCamera } from '../../test/support/watched-camera.ts';

/** Means over a stretch of a run. */
export interface Stretch {
	/** Of its end, from the beginning of the run. */
	readonly seconds: number;
	readonly surprise: number;
	readonly level: number;
	readonly distance: number;
	/** Not calibrated. */
	readonly rawDistance: number;
	/** Share of the windows in which an alarm was open, and of those that taught the memory. */
	readonly alarm: number;
	readonly taught: number;
}

export interface Run {
	readonly name: string;
	readonly stretches: readonly Stretch[];
	readonly alarms: number;
	/** Mean cosine distance of the memory from what it was at the beginning. */
	readonly drift: number;
}

/** Makes a calibration of pictures, as a camera without one does. */
export async function calibrated(
	detector: Detector,
	minutes: number,
	picture: (index: number) => Uint8Array,
): Promise<Calibration> {
	await using camera = await openWatchedCamera(detector, { calibration: null, calibrationMinutes: minutes });
	for (let index = 0; camera.calibration === null; index++) await camera.see(picture(index));
	return camera.calibration;
}

/** Shows a camera so many windows. */
export async function run(
	name: string,
	camera: WatchedCamera,
	windows: number,
	stretch: number,
	picture: (index: number) => Uint8Array,
): Promise<Run> {
	const stretches: Stretch[] = [];
	let open = false;
	let alarms = 0;
	let start: Uint8Array | null = null;
	let sums = zero();
	for (let index = 0; stretches.length < Math.floor(windows / stretch); index++) {
		const judged = await camera.see(picture(index));
		if (judged === null) continue;
		start ??= camera.state();
		const { score, alarm, taught } = judged;
		if (alarm && !open) alarms++;
		open = alarm;
		const distance = score.channels.get('distance')!;
		sums = {
			seconds: (index + 1) / FRAMES_PER_SECOND,
			surprise: sums.surprise + score.surprise!,
			level: sums.level + score.level!,
			distance: sums.distance + distance.surprise!,
			rawDistance: sums.rawDistance + distance.raw,
			alarm: sums.alarm + (alarm ? 1 : 0),
			taught: sums.taught + (taught ? 1 : 0),
			count: sums.count + 1,
		};
		if (sums.count < stretch) continue;
		const { seconds, count, ...others } = sums;
		const means = Object.fromEntries(Object.entries(others).map(([key, sum]) => [key, sum / count]));
		stretches.push({ seconds, ...(means as Omit<Stretch, 'seconds'>) });
		sums = zero();
	}
	return { name, stretches, alarms, drift: camera.driftFrom(start!) };
}

/** The same detector, whose memory never learns. */
export function neverLearning(detector: Detector): Detector {
	return {
		...detector,
		camera: (camera, mask) => {
			const own = detector.camera(camera, mask);
			return { ...own, detect: (window) => own.detect(window, { freezeMemory: true }) };
		},
	};
}

function zero(): Stretch & { readonly count: number } {
	return { seconds: 0, surprise: 0, level: 0, distance: 0, rawDistance: 0, alarm: 0, taught: 0, count: 0 };
}
