import { alarmOptions, falseAlarmsPerHour } from '../alarm/options.ts';
import { requireConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { openDetectors } from '../detectors.ts';
import { openRuntimes } from '../inference.ts';
import { stateFiles } from '../record/state-files.ts';
import { openEventLog } from '../telemetry/event-log.ts';
import { openLog } from '../telemetry/log.ts';
import { brainStore } from '../watch/brain-store.ts';
import { replayCamera } from '../watch/replay-camera.ts';
import { type CommandIo, EXIT } from './command.ts';
import { commandHelp, parseOptions, usage } from './options.ts';
import { chooseCamera, recordingsOf } from './recorded-camera.ts';
import { replayReport, replayText } from './replay-report.ts';

const OPTIONS = {
	config: { type: 'string', value: 'FILE', help: 'the configuration the camera is in' },
	camera: { type: 'string', value: 'ID', help: 'which one; not needed where there is only one' },
	video: { type: 'string', value: 'FILE', multiple: true, help: 'a recording of it; may be given several times' },
	budget: {
		type: 'string',
		value: 'RATE',
		multiple: true,
		help: 'compare with this budget of false alarms too, such as "3 per day"; may be given several times',
	},
	json: { type: 'boolean', help: 'print one JSON object' },
} as const;

/** Always compared with. */
const BUDGETS = ['1 per week', '1 per day', '1 per hour', '12 per hour'];

export const help = commandHelp(
	'replay --config FILE --video FILE [--video FILE ...] [--camera ID] [--budget RATE ...] [--json]',
	'Runs recordings of a camera through its detector, calibration and alarm rules, as fast as they can be read: what would\nhave alarmed, and how often with other budgets. Publishes and stores nothing.',
	OPTIONS,
);

export async function run(args: string[], { stdout, stderr, env, signal, secrets }: CommandIo): Promise<number> {
	const { values, positionals } = parseOptions(args, OPTIONS);
	if (values.config === undefined || values.video === undefined || positionals.length > 0) {
		throw usage('Cannot replay without --config and --video: wanted replay --config FILE --video FILE');
	}
	for (const budget of values.budget ?? []) requireBudget(budget);
	const { config } = await requireConfig(values.config, { env, secrets });
	const camera = chooseCamera(config, values.camera, 'replay');
	const own = camera.alarm.falseAlarms;
	const others = [...BUDGETS, ...(values.budget ?? [])];
	const budgets: [string, ...string[]] = [own, ...new Set(others.filter((budget) => budget !== own))];

	const observe = openEventLog(
		openLog({ level: 'warn', format: 'text' }, stderr, { env, redact: secrets.redact }),
		systemClock,
	);
	await using inference = await openRuntimes({ ...config.inference, batchDeadlineMs: 0 }, observe);
	await using detectors = openDetectors(inference);
	const { detector } = await detectors.open(camera.detector, camera.framesPerSecond);
	const store = brainStore({
		state: stateFiles(config.record.folder, observe),
		camera: camera.id,
		pack: camera.score.calibration ?? null,
		learned: null,
		trustedFrom: null,
	});
	const startedAt = performance.now();
	const [first, ...rest] = budgets;
	const replay = await replayCamera({
		camera,
		recordings: recordingsOf(values.video),
		detector,
		calibrations: await store.calibrations(),
		budgets: [falseAlarmsPerHour(first), ...rest.map(falseAlarmsPerHour)],
		clock: systemClock,
		observe,
		signal,
	});
	const report = replayReport(replay, {
		camera,
		detector,
		budgets,
		recordings: values.video,
		tookSeconds: (performance.now() - startedAt) / 1000,
	});
	stdout.write(values.json ? `${JSON.stringify(report, null, '\t')}\n` : replayText(report));
	return EXIT.ok;
}

function requireBudget(text: string): void {
	const checked = alarmOptions.shape.falseAlarms.safeParse(text);
	if (checked.success) return;
	throw usage(`Cannot use the budget "${text}": ${checked.error.issues[0]?.message}`);
}
