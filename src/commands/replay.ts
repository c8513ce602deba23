import { alarmOptions, falseAlarmsPerHour } from '../alarm/options.ts';
import { requireConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { type UtcMs, utcMs } from '../core/units.ts';
import { openDetectors } from '../detectors.ts';
import { openRuntimes } from '../inference.ts';
import { readFeedback } from '../record/read-feedback.ts';
import { stateFiles } from '../record/state-files.ts';
import { openEventLog } from '../telemetry/event-log.ts';
import { openLog } from '../telemetry/log.ts';
import { openCameraModels } from '../watch/camera-models.ts';
import { consequencesOf } from '../watch/feedback/consequences.ts';
import { loadLearning } from '../watch/learning/record.ts';
import { replayCamera } from '../watch/replay-camera.ts';
import { STANDING_STATE } from '../watch/standing/open-standing.ts';
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
	at: {
		type: 'string',
		value: 'TIME',
		multiple: true,
		help: 'when the recording began, such as 2026-11-22T18:00:00+01:00, for the schedule; once for each --video, or for the first',
	},
	json: { type: 'boolean', help: 'print one JSON object' },
} as const;

/** Always compared with. */
const BUDGETS = ['1 per week', '1 per day', '1 per hour', '12 per hour'];

export const help = commandHelp(
	'replay --config FILE --video FILE [--video FILE ...] [--camera ID] [--at TIME ...] [--budget RATE ...] [--json]',
	'Runs recordings of a camera through its detector, calibration, masks, zones, schedule and alarm rules, with the model and\nmemory that a daemon has learned of it in its state folder, as fast as they can be read: what would have alarmed, and\nhow often with other budgets. Publishes and stores nothing.',
	OPTIONS,
);

export async function run(args: string[], { stdout, stderr, env, signal, secrets }: CommandIo): Promise<number> {
	const { values, positionals } = parseOptions(args, OPTIONS);
	if (values.config === undefined || values.video === undefined || positionals.length > 0) {
		throw usage('Cannot replay without --config and --video: wanted replay --config FILE --video FILE');
	}
	for (const budget of values.budget ?? []) requireBudget(budget);
	const startedAt = (values.at ?? []).map(instantOf);
	if (startedAt.length > values.video.length) {
		throw usage(
			`Cannot replay with ${startedAt.length} times for ${values.video.length} recordings: wanted one --at each at most`,
		);
	}
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
	const state = stateFiles(config.record.folder, observe);
	const { trustedFrom } = await loadLearning(state, camera.id);
	const { knowledge, model } = await openCameraModels({
		camera,
		state,
		detectors,
		observe,
		trustedFrom: trustedFrom === null ? null : utcMs(trustedFrom),
		adopt: async () => {},
		chosen: () => {},
	});
	const { detector } = knowledge;
	const judged = readFeedback(config.record.folder, camera.id);
	if (judged === null) {
		const detail = 'what people have said of its alarms is not known here: a daemon holds its store';
		observe({ kind: 'warning', about: camera.id, detail });
	}
	const beganAt = performance.now();
	const [first, ...rest] = budgets;
	const replay = await replayCamera({
		camera,
		recordings: recordingsOf(values.video),
		startedAt: values.video.map((_, place) => startedAt[place] ?? null),
		knowledge,
		forgiven: consequencesOf(judged ?? []).forgiven,
		standing: await state.load(camera.id, STANDING_STATE),
		budgets: [falseAlarmsPerHour(first), ...rest.map(falseAlarmsPerHour)],
		clock: systemClock,
		observe,
		signal,
	});
	const report = replayReport(replay, {
		camera,
		detector,
		learned: model?.learned ?? false,
		budgets,
		recordings: values.video,
		startedAt: startedAt[0] ?? null,
		tookSeconds: (performance.now() - beganAt) / 1000,
	});
	stdout.write(values.json ? `${JSON.stringify(report, null, '\t')}\n` : replayText(report));
	return EXIT.ok;
}

function instantOf(text: string): UtcMs {
	const at = Date.parse(text);
	if (/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) && Number.isFinite(at)) return utcMs(at);
	throw usage(`Cannot use the time "${text}": wanted one such as 2026-11-22T18:00:00+01:00`);
}

function requireBudget(text: string): void {
	const checked = alarmOptions.shape.falseAlarms.safeParse(text);
	if (checked.success) return;
	throw usage(`Cannot use the budget "${text}": ${checked.error.issues[0]?.message}`);
}
