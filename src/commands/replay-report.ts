import type { CameraConfig } from '../config/schema.ts';
import type { Region } from '../core/alarm.ts';
import type { UtcMs } from '../core/units.ts';
import type { Detector } from '../detect/detector.ts';
import type { Replay, ReplayedAlarm, ReplayedFault } from '../watch/replay-camera.ts';

type BudgetReplay = Replay['budgets'][number];

/** What `foreframe replay --json` prints. Times are seconds from the beginning of a recording. */
export type ReplayReport = ReturnType<typeof replayReport>;

export interface ReplayAbout {
	readonly camera: CameraConfig;
	readonly detector: Detector;
	/** Whether the camera learned the model itself. */
	readonly learned: boolean;
	/** As they were written, in the order of the replay's. */
	readonly budgets: readonly string[];
	readonly recordings: readonly string[];
	/** When the first one began; null where nobody knows. */
	readonly startedAt: UtcMs | null;
	readonly tookSeconds: number;
}

export function replayReport(replay: Replay, about: ReplayAbout) {
	const { camera, detector, learned, budgets, recordings, startedAt, tookSeconds } = about;
	const { calibration, size, windows, disarmedSeconds } = replay;
	const { framesPerSecond } = camera;
	const [own] = replay.budgets;
	const seconds = windows / framesPerSecond;
	return {
		camera: camera.id,
		detector: detector.name,
		model: { ...detector.model, learned },
		size,
		framesPerSecond,
		calibration: {
			source: calibration.footage.source,
			hours: rounded(calibration.footage.hours),
			windows: calibration.footage.windows,
		},
		footage: {
			recordings,
			windows,
			seconds: rounded(seconds),
			timesRealTime: rounded(seconds / tookSeconds),
			startTime: startedAt === null ? null : new Date(startedAt).toISOString(),
		},
		masks: Object.keys(camera.masks ?? {}),
		zones: Object.keys(camera.zones ?? {}),
		watch: camera.watch,
		schedule:
			camera.schedule === undefined
				? null
				: { followed: disarmedSeconds !== null, disarmedSeconds: rounded(disarmedSeconds ?? 0) },
		budget: { falseAlarms: budgets[0]!, ...levelOf(own!) },
		alarms: own!.alarms.map((alarm) => alarmOf(alarm, recordings, startedAt !== null)),
		faults: replay.faults.map((fault) => faultOf(fault, recordings)),
		budgets: replay.budgets
			.map((budget, index) => ({ falseAlarms: budgets[index]!, ...levelOf(budget), ...countsOf(budget, seconds) }))
			.toSorted((a, b) => a.falseAlarmsPerHour - b.falseAlarmsPerHour),
	};
}

/** The same as lines and tables for people. */
export function replayText(report: ReplayReport): string {
	const { camera, detector, model, size, framesPerSecond, calibration, footage, budget, alarms, budgets } = report;
	const { masks, zones, watch, schedule, faults } = report;
	const named = (what: string, names: readonly string[]) =>
		names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
	const more = footage.recordings.length === 1 ? 'one recording' : `${footage.recordings.length} recordings`;
	const head = [
		`camera ${camera}: ${detector}${model.id === detector ? '' : ` with ${model.id}`} ${model.version}${model.learned ? ' that it learned itself' : ''}, ${size.width}x${size.height} at ${framesPerSecond} frames a second`,
		`calibration: ${calibration.source}, ${calibration.hours} hours`,
		`budget: ${budget.falseAlarms}, that is surprise ${budget.level}${budget.extrapolated ? ' (extrapolated: the calibration saw too little footage to know)' : ''}`,
		...named('ignored', masks),
		...named(watch === 'zones' ? 'watched in zones only' : 'zones', zones),
		...(schedule === null ? [] : [scheduleText(schedule)]),
		`footage: ${more}, ${clock(footage.seconds)}, ${footage.windows} windows, ${footage.timesRealTime} times as fast as real time`,
	];
	const listed = alarms.map((alarm) => [
		alarm.recording,
		clock(alarm.startSeconds),
		clock(alarm.endSeconds),
		alarm.peakSurprise.toFixed(1),
		rarity(alarm.onceInHours),
		alarm.why,
		alarm.severity,
		...(zones.length === 0 ? [] : [alarm.zones.join(', ')]),
		placeOf(alarm.region),
	]);
	const compared = budgets.map((one) => [
		`${one.falseAlarms}${one.falseAlarms === budget.falseAlarms ? ' *' : ''}`,
		`${one.level}${one.extrapolated ? ' ~' : ''}`,
		String(one.alarms),
		`${(100 * one.shareOfTime).toFixed(1)} %`,
	]);
	const columns = ['RECORDING', 'START', 'END', 'SURPRISE', 'ONCE IN', 'WHY', 'SEVERITY'];
	const alarmTable = table([...columns, ...(zones.length === 0 ? [] : ['ZONES']), 'WHERE'], listed);
	return [
		...head,
		'',
		...(alarms.length === 0 ? ['No alarm.'] : alarmTable),
		...(faults.length === 0 ? [] : ['', 'Not judged, since the picture was not what it should be:']),
		...faults.map(faultText),
		'',
		...table(['BUDGET', 'LEVEL', 'ALARMS', 'OF THE TIME'], compared),
		'',
	].join('\n');
}

function faultText({ recording, startSeconds, endSeconds, kind, detail }: ReplayReport['faults'][number]): string {
	const end = endSeconds === null ? 'its end' : clock(endSeconds);
	return `${recording}  ${clock(startSeconds)} to ${end}  ${kind}: ${detail}`;
}

function scheduleText({ followed, disarmedSeconds }: NonNullable<ReplayReport['schedule']>): string {
	if (!followed) return 'schedule: not followed, since nobody said when the recording began (--at)';
	return `schedule: disarmed for ${clock(disarmedSeconds)} of it`;
}

function levelOf({ level: { falseAlarmsPerHour, level, low, high, extrapolated } }: BudgetReplay) {
	return { falseAlarmsPerHour, level: rounded(level), low: rounded(low), high: rounded(high), extrapolated };
}

function countsOf({ alarms }: BudgetReplay, seconds: number) {
	const alarmed = alarms.reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0);
	return { alarms: alarms.length, shareOfTime: rounded(alarmed / seconds) };
}

function alarmOf(
	{ recording, startSeconds, endSeconds, alarm }: ReplayedAlarm,
	recordings: readonly string[],
	isDated: boolean,
) {
	const { peakAt, startedAt, peakSurprise, onceInHours, severity, why, region, zones, endReason } = alarm;
	return {
		recording: recordings[recording]!,
		startSeconds,
		endSeconds,
		peakSeconds: startSeconds + (peakAt - startedAt) / 1000,
		peakSurprise: rounded(peakSurprise),
		onceInHours: rounded(onceInHours),
		severity,
		why,
		region,
		zones,
		endReason,
		startTime: isDated ? new Date(Math.round(startedAt)).toISOString() : null,
	};
}

function faultOf({ recording, startSeconds, endSeconds, fault }: ReplayedFault, recordings: readonly string[]) {
	const { kind, detail } = fault;
	return { recording: recordings[recording]!, startSeconds, endSeconds, kind, detail };
}

function placeOf(region: Region | null): string {
	if (region === null) return '';
	const span = (from: number, length: number) => `${percent(from)}–${percent(from + length)} %`;
	return `x ${span(region.x, region.width)}, y ${span(region.y, region.height)}`;
}

/** Beyond a century nobody knows. */
function rarity(hours: number): string {
	if (hours < 1) return `${(hours * 60).toFixed(0)} minutes`;
	if (hours < 72) return `${hours.toFixed(0)} hours`;
	const years = hours / 8766;
	if (years < 1) return `${(hours / 24).toFixed(0)} days`;
	return years > 100 ? 'over 100 years' : `${years.toFixed(0)} years`;
}

function percent(share: number): string {
	return (100 * share).toFixed(0);
}

/** Hours, minutes and seconds. */
function clock(seconds: number): string {
	const tenths = Math.round(seconds * 10);
	const two = (value: number) => String(value).padStart(2, '0');
	const minutes = Math.floor(tenths / 600);
	return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const lines = [head, ...rows];
	const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	return lines.map((line) =>
		line
			.map((cell, column) => cell.padEnd(widths[column]!))
			.join('  ')
			.trimEnd(),
	);
}

/** To three decimals, or three digits where it is large. */
function rounded(value: number): number {
	return Math.abs(value) >= 1000 ? Number(value.toPrecision(3)) : Math.round(value * 1000) / 1000;
}
