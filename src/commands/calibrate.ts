import { resolve } from 'node:path';
import { requireConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import { openDetectors } from '../detectors.ts';
import { openRuntimes } from '../inference.ts';
import { replaceFile } from '../record/replace-file.ts';
import { writeCalibration } from '../score/calibration-file.ts';
import { openEventLog } from '../telemetry/event-log.ts';
import { openLog } from '../telemetry/log.ts';
import { calibrateCamera } from '../watch/calibrate-camera.ts';
import { type CommandIo, EXIT } from './command.ts';
import { commandHelp, parseOptions, usage } from './options.ts';
import { progressBar } from './progress-bar.ts';
import { chooseCamera, recordingsOf } from './recorded-camera.ts';

const OPTIONS = {
	config: { type: 'string', value: 'FILE', help: 'the configuration the camera is in' },
	camera: { type: 'string', value: 'ID', help: 'which one; not needed where there is only one' },
	out: { type: 'string', value: 'FILE', help: 'where the calibration pack goes' },
	minutes: { type: 'string', value: 'N', help: 'normal footage to look at (default: the camera’s calibrationMinutes)' },
	video: {
		type: 'string',
		value: 'FILE',
		multiple: true,
		help: 'look at this recording of the camera, as fast as it can be read; may be given several times',
	},
} as const;

export const help = commandHelp(
	'calibrate --config FILE --out FILE [--camera ID] [--minutes N] [--video FILE ...]',
	'Looks at normal footage of a camera, live or recorded, and writes a calibration pack: what turns the raw scores of this\nview into “seen once in N hours”. Give it to the camera as score.calibration.',
	OPTIONS,
);

export async function run(args: string[], { stdout, stderr, env, signal, secrets }: CommandIo): Promise<number> {
	const { values } = parseOptions(args, OPTIONS);
	if (values.config === undefined || values.out === undefined)
		throw usage('Cannot calibrate without --config and --out');
	const { config } = await requireConfig(values.config, { env, secrets });
	const camera = chooseCamera(config, values.camera, 'calibrate');
	const minutes = values.minutes === undefined ? camera.score.calibrationMinutes : Number(values.minutes);
	if (!(minutes > 0)) throw usage(`Cannot look at ${values.minutes} minutes of footage: wanted a number above 0`);
	const sources = values.video === undefined ? [camera.source] : recordingsOf(values.video);

	const observe: Observe = openEventLog(
		openLog({ level: 'warn', format: 'text' }, stderr, { env, redact: secrets.redact }),
		systemClock,
	);
	await using inference = await openRuntimes({ ...config.inference, batchDeadlineMs: 0 }, observe);
	await using detectors = openDetectors(inference);
	const { detector } = await detectors.open(camera.detector, camera.framesPerSecond);
	const calibration = await calibrateCamera({
		camera,
		sources,
		detector,
		minutes,
		description: values.video === undefined ? `camera ${camera.id}` : `recordings of camera ${camera.id}`,
		clock: systemClock,
		observe,
		progress: progressBar('calibrate', stderr),
		signal,
	});
	const out = resolve(values.out);
	await writeCalibration(out, calibration, replaceFile);
	const { footage, uncertainty } = calibration;
	stdout.write(
		`${values.out}: ${footage.windows} windows in ${footage.hours.toFixed(2)} hours of footage, worth ${Math.round(uncertainty.effectiveWindows)} independent ones, ` +
			`for ${calibration.model.id} at ${calibration.size.width}x${calibration.size.height} and ${calibration.framesPerSecond} frames a second\n`,
	);
	return EXIT.ok;
}
