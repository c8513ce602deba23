import type { Channel } from '../../core/prediction.ts';
import { type Labelled, rocCurve } from '../metrics.ts';
import type { EvaluationReport, RegionCurve, WindowSeries } from '../report.ts';
import { type CurveChart, type CurveLine, curveChart, LINE_STYLES } from './curve-chart.ts';
import { duration, percent, short } from './format.ts';
import { html, type Markup } from './markup.ts';
import { ticks } from './scale.ts';
import { texts } from './texts.ts';
import { SHORT_HOURS } from './tiles.ts';

const { axes } = texts.curves;
const share = (label: string) => ({ label, most: 1, write: (value: number) => String(Math.round(100 * value)) });
const DIAGONAL = [
	[0, 0],
	[1, 1],
] as const;

/** ROC, precision and recall, events against false alarms, kinds and places: whichever this report can show. */
export function curveCharts(report: EvaluationReport): Markup {
	const windows = report.clips.flatMap((clip) => clip.windows);
	const charts = [
		roc(report, windows),
		precisionRecall(report, windows),
		alarms(report),
		...(report.kinds.length === 0 ? [] : kinds(report, windows)),
		...(report.regions === null ? [] : [regions(report.regions)]),
	].filter(({ lines }) => lines.some(({ points }) => points.length > 1));
	const isShort = report.alarms.normalHours < SHORT_HOURS;
	return html`<p>${texts.curves.intro} ${isShort ? texts.curves.short(duration(report.alarms.normalHours)) : null}</p>
<div class="charts">${charts.map((chart) => html`\n${curveChart(chart)}`)}
</div>`;
}

function roc(report: EvaluationReport, windows: readonly WindowSeries[]): CurveChart {
	const channels = Object.entries(report.channels) as [Channel, { readonly global: number | null }][];
	const lines = [
		{ ...rocLine(texts.curves.combined, report.auc.global, windows.map(bySurprise)), strong: true as const },
		...channels.map(([channel, { global }]) => rocLine(channel, global, windows.map(byChannel(channel)))),
	];
	return {
		...rocFrame('roc', texts.curves.roc, lines),
		marks: operatingMark(windows, report.alarms.level, ({ told, falselyTold }) => [falselyTold, told]),
	};
}

function precisionRecall(report: EvaluationReport, windows: readonly WindowSeries[]): CurveChart {
	const points = rocCurve(windows.map(bySurprise)) ?? [];
	const base = report.anomalousFrames / report.frames;
	const precision = (told: number, falselyTold: number) => (told * base) / (told * base + falselyTold * (1 - base));
	const line: CurveLine = {
		name: texts.curves.combined,
		value: percent(report.ap),
		strong: true,
		// Nothing told has no precision.
		points: points
			.slice(1)
			.map(({ truePositiveRate, falsePositiveRate }) => [
				truePositiveRate,
				precision(truePositiveRate, falsePositiveRate),
			]),
	};
	return {
		id: 'pr',
		title: texts.curves.precisionRecall,
		description: texts.curves.describe([`${line.name} ${line.value}`]),
		x: share(axes.recall),
		y: share(axes.precision),
		lines: [line],
		chance: [
			[0, base],
			[1, base],
		],
		marks: operatingMark(windows, report.alarms.level, ({ told, precision }) => [told, precision]),
	};
}

function alarms(report: EvaluationReport): CurveChart {
	const known = report.levels.flatMap(({ falseAlarmsPerHour, recall }) =>
		falseAlarmsPerHour === null || recall === null ? [] : [[falseAlarmsPerHour, recall] as const],
	);
	const most = Math.max(1, ...known.map(([rate]) => rate));
	const { falseAlarmsPerHour, recall } = report.alarms;
	const best = Math.max(0, ...known.map(([, found]) => found));
	return {
		id: 'alarms',
		title: texts.curves.alarms,
		description: texts.curves.describeAlarms(
			percent(recall),
			falseAlarmsPerHour === null ? texts.none : short(falseAlarmsPerHour),
		),
		x: { label: axes.falseAlarms, most: ticks(most, 5).includes(most) ? most : 1.05 * most, write: short },
		y: share(axes.events),
		lines: [
			{ name: texts.curves.best, value: texts.curves.atMost(percent(best)), points: bestWithin(known), strong: true },
		],
		chance: null,
		marks:
			falseAlarmsPerHour === null || recall === null
				? []
				: [{ name: texts.curves.here, point: [falseAlarmsPerHour, recall] }],
	};
}

/** At each rate of false alarms the most that any level finds with no more of them; as stairs. */
function bestWithin(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
	const stairs: (readonly [number, number])[] = [];
	let best = 0;
	for (const [rate, found] of points.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
		if (found <= best && stairs.length > 0) continue;
		if (stairs.length > 0) stairs.push([rate, best]);
		stairs.push([rate, found]);
		best = found;
	}
	const last = Math.max(...points.map(([rate]) => rate));
	return points.length === 0 ? [] : [...stairs, [last, best]];
}

/** As many kinds to a chart as lines can be told apart. */
function kinds(report: EvaluationReport, windows: readonly WindowSeries[]): CurveChart[] {
	const lines = report.kinds.map(({ kind, auc }) =>
		rocLine(kind, auc, windows.filter((window) => !window.anomalous || window.kinds.includes(kind)).map(bySurprise)),
	);
	return Array.from({ length: Math.ceil(lines.length / LINE_STYLES) }, (_, chart) =>
		rocFrame(`kinds-${chart}`, texts.curves.kinds, lines.slice(chart * LINE_STYLES, (chart + 1) * LINE_STYLES)),
	);
}

function regions({ alarmBox, heatMap }: NonNullable<EvaluationReport['regions']>): CurveChart {
	const line = (name: string, { rbdc, points }: RegionCurve): CurveLine => ({
		name,
		value: percent(rbdc),
		points: points.map(({ falsePerFrame, regionRate }) => [falsePerFrame, regionRate] as const).filter(([x]) => x <= 1),
	});
	const lines = [line(texts.curves.alarmBox, alarmBox), line(texts.curves.heatMap, heatMap)];
	return {
		id: 'regions',
		title: texts.curves.regions,
		description: texts.curves.describe(lines.map(({ name, value }) => `${name} ${value}`)),
		x: { label: axes.falsePlaces, most: 1, write: short },
		y: share(axes.places),
		lines,
		chance: null,
		marks: [],
	};
}

function rocFrame(id: string, title: string, lines: readonly CurveLine[]): CurveChart {
	return {
		id,
		title,
		description: texts.curves.describe(lines.map(({ name, value }) => `${name} ${value}`)),
		x: share(axes.falselyTold),
		y: share(axes.told),
		lines,
		chance: DIAGONAL,
		marks: [],
	};
}

function rocLine(name: string, auc: number | null, frames: readonly Labelled[]): CurveLine {
	const points = rocCurve(frames) ?? [];
	return {
		name,
		value: percent(auc),
		points: points.map(({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate]),
	};
}

function operatingMark(
	windows: readonly WindowSeries[],
	level: number,
	place: (point: { told: number; falselyTold: number; precision: number }) => readonly [number, number],
): CurveChart['marks'] {
	const anomalous = windows.filter((window) => window.anomalous).length;
	const over = windows.filter(({ surprise }) => surprise >= level);
	const told = over.filter((window) => window.anomalous).length;
	const point = {
		told: told / anomalous,
		falselyTold: (over.length - told) / (windows.length - anomalous),
		precision: told / over.length,
	};
	return place(point).every(Number.isFinite) ? [{ name: texts.curves.here, point: place(point) }] : [];
}

function bySurprise({ surprise, anomalous }: WindowSeries): Labelled {
	return { score: surprise, anomalous };
}

function byChannel(channel: Channel): (window: WindowSeries) => Labelled {
	return ({ channels, anomalous }) => ({ score: channels[channel]!, anomalous });
}
