import type { AlarmOutcome, EvaluationReport, GateUse, ItemUsage, Percentiles } from './report.ts';

/** The report for people: shares in per cent, times in seconds. */
export function reportTable(report: EvaluationReport): string {
	const sections = [
		head(report),
		frames(report),
		alarms(report),
		kinds(report),
		regions(report),
		memory(report),
		clips(report),
	];
	return `${sections
		.filter((lines) => lines.length > 0)
		.map((lines) => lines.join('\n'))
		.join('\n\n')}\n`;
}

function head({ model, size, calibration, msPerWindow, ...report }: EvaluationReport): string[] {
	return [
		`${report.detector} (${model.id} ${model.version}) on ${report.dataset}`,
		`${size.width}x${size.height} at ${report.framesPerSecond} frames a second, ` +
			`${report.frames} frames scored, ${report.anomalousFrames} of them anomalous`,
		`${msPerWindow.p50.toFixed(1)} ms a window, ${msPerWindow.p95.toFixed(1)} ms at the 95th percentile`,
		`calibrated on ${calibration.windows} windows (worth ${calibration.effectiveWindows.toFixed(0)} independent ones) ` +
			`of the clips ${calibration.clips.join(' ')}`,
	];
}

function frames({ auc, ap, eer, channels, calibration }: EvaluationReport): string[] {
	const rows = Object.entries(channels).map(([channel, { perVideo, global }]) => {
		const weight = calibration.weights[channel as keyof typeof calibration.weights] ?? 0;
		return [`  ${channel}${weight > 0 ? ` (weight ${weight})` : ''}`, percent(global), percent(perVideo)];
	});
	return table(
		['FRAMES, %', 'GLOBAL', 'PER VIDEO', 'MACRO'],
		[
			['AUC, combined', percent(auc.global), percent(auc.perVideo), percent(auc.macro)],
			...rows,
			['average precision', percent(ap)],
			['equal error rate', percent(eer)],
		],
	);
}

function alarms({ alarms: own, levels }: EvaluationReport): string[] {
	const { normalHours, minimumSeconds, releaseSeconds, tailSeconds } = own;
	const row = (name: string, outcome: AlarmOutcome) => [
		name,
		outcome.level.toFixed(1),
		`${outcome.eventsDetected} of ${outcome.events}`,
		String(outcome.eventsUnderFalseAlarm),
		...delays(outcome.timeToDetect),
		String(outcome.falseAlarms),
		outcome.falseAlarmsPerHour === null ? UNKNOWN : outcome.falseAlarmsPerHour.toFixed(1),
		percent(outcome.falselyAlarmedShare),
		String(outcome.tailAlarms),
	];
	const shown = levels.filter(({ level, eventsDetected }) => SHOWN_LEVELS.has(level) && eventsDetected > 0);
	return [
		...table(
			['ALARMS', 'LEVEL', 'EVENTS', 'TOLD BEFORE', 'AFTER, p50', 'p95', 'FALSE', 'AN HOUR', '% OF TIME', 'IN TAILS'],
			[
				row(`${budget(own.budgetPerHour)}${own.extrapolated ? ' ~' : ''}`, own),
				...shown.map((level) => row('', level)),
			],
		),
		`over ${seconds(3600 * normalHours)} s of normal frames, the ${tailSeconds} s after each event left out; ` +
			`an alarm starts after ${minimumSeconds} s over the level and ends after ${releaseSeconds} s under it`,
		...(own.extrapolated ? ['~ the calibration saw too little footage to know this level: it is extrapolated'] : []),
	];
}

/** The JSON has them in steps of a tenth. */
const SHOWN_LEVELS = new Set([1, 2, 3, 4, 5, 6, 8, 10, 15, 20]);

function kinds({ kinds: named, channels }: EvaluationReport): string[] {
	if (named.length === 0) return [];
	const names = Object.keys(channels) as (keyof typeof channels)[];
	return table(
		['KINDS, AUC %', 'FRAMES', 'COMBINED', ...names, 'EVENTS', 'AFTER, p50', 'p95'],
		named.map((kind) => [
			kind.kind,
			String(kind.frames),
			percent(kind.auc),
			...names.map((name) => percent(kind.channels[name] ?? null)),
			`${kind.eventsDetected} of ${kind.events}`,
			...delays(kind.timeToDetect),
		]),
	);
}

function regions({ regions: found }: EvaluationReport): string[] {
	if (found === null) return ['Regions and tracks: no masks say where the anomalous things are'];
	const { heatMap, alarmBox } = found;
	return [
		...table(
			['REGIONS, %', 'RBDC', 'TBDC'],
			[
				['heat map', percent(heatMap.rbdc), percent(heatMap.tbdc)],
				['box of the alarm', percent(alarmBox.rbdc), percent(alarmBox.tbdc)],
			],
		),
		`over ${found.regions} regions of ${found.tracks} tracks`,
	];
}

function memory({ memory: use }: EvaluationReport): string[] {
	if (use === null) return [];
	const row = (name: string, usage: ItemUsage | null) =>
		usage === null
			? [name]
			: [
					name,
					usage.effectiveItems.toFixed(1),
					usage.effectiveItemsPerWindow.toFixed(1),
					usage.entropyBits.toFixed(2),
					...usage.shares.map((share) => (100 * share).toFixed(1)),
				];
	const items = Array.from({ length: use.items }, (_, item) => `${item + 1}`);
	return [
		...table(
			['MEMORY', 'IN USE', 'A WINDOW', 'BITS', ...items],
			[row('normal windows', use.normal), row('anomalous windows', use.anomalous)],
		),
		`items in use of ${use.items} (2 to the entropy of their shares), and each item's share of the queries, %`,
		`the memory learned from ${updates(use.calibrationGate)} while it was calibrated and from ${updates(use.testGate)} of the test`,
	];
}

function updates({ windows, frozen, updated }: GateUse): string {
	const kept = frozen === 0 ? '' : ` (${frozen} under an alarm)`;
	return `${updated} of ${windows} windows${kept}`;
}

function clips({ clips: series, perVideo }: EvaluationReport): string[] {
	return table(
		['CLIP', 'FRAMES', 'ANOMALOUS', 'AUC, %', 'FALSE ALARMS', 'EVENTS FOUND AFTER, s'],
		perVideo.map(({ clip, frames: count, anomalous, auc }, index) => {
			const { events, alarms: own } = series[index]!;
			const found = events.map(({ kinds: named, detectedAfterSeconds: after, underFalseAlarm }) =>
				[...named, after !== null ? seconds(after) : underFalseAlarm ? 'told before' : 'missed'].join(' '),
			);
			const wrong = own.filter(({ outcome }) => outcome === 'false').length;
			return [clip, String(count), String(anomalous), percent(auc), String(wrong), found.join(', ')];
		}),
	);
}

const UNKNOWN = '–';

function percent(share: number | null): string {
	return share === null ? UNKNOWN : (100 * share).toFixed(1);
}

function delays(times: Percentiles | null): [string, string] {
	return times === null ? [UNKNOWN, UNKNOWN] : [seconds(times.p50), seconds(times.p95)];
}

function seconds(value: number): string {
	return value.toFixed(1);
}

function budget(perHour: number): string {
	return perHour >= 1 ? `${round(perHour)} an hour` : `${round(24 * perHour)} a day`;
}

function round(value: number): number {
	return Math.round(1000 * value) / 1000;
}

/** The first column to the left, the others to the right. */
function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const lines = [names, ...rows];
	const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
	return lines.map((line) =>
		line
			.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
			.join('  ')
			.trimEnd(),
	);
}
