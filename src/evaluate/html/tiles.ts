import type { EvaluationReport } from '../report.ts';
import { budget, duration, percent, seconds, short } from './format.ts';
import { html, type Markup } from './markup.ts';
import { texts } from './texts.ts';

/** Over less than this a rate an hour says nothing at all, */
export const SHORT_HOURS = 1;
/** and over less than this nothing of a budget in false alarms a day. */
const LONG_HOURS = 24;

interface Tile {
	readonly name: string;
	readonly value: string;
	readonly plain: string;
	readonly how: string;
}

/** The headline figures, each with what it means, and how it is measured one click away. */
export function tiles(report: EvaluationReport): Markup {
	return html`<div class="tiles">${tilesOf(report).map(
		({ name, value, plain, how }) => html`
<section class="tile"><h3>${name}</h3><b>${value}</b><p>${plain}</p><details><summary>${texts.howMeasured}</summary><p>${how}</p></details></section>`,
	)}
</div>`;
}

function tilesOf(report: EvaluationReport): Tile[] {
	const { alarms, auc, regions, msPerWindow } = report;
	const { events, falseAlarms, delay, global, perVideo, precision, speed } = texts.tiles;
	const normal = duration(alarms.normalHours);
	const rate = alarms.falseAlarmsPerHour === null ? texts.none : short(alarms.falseAlarmsPerHour);
	return [
		{
			name: events.name,
			value: events.value(alarms.eventsDetected, alarms.events),
			plain: events.plain(alarms.level.toFixed(2), budget(alarms.budgetPerHour)),
			how: sentences(events.how, alarms.extrapolated ? events.extrapolated : null),
		},
		{
			name: falseAlarms.name,
			value: String(alarms.falseAlarms),
			plain: alarms.normalHours < SHORT_HOURS ? falseAlarms.plainShort(normal) : falseAlarms.plain(normal, rate),
			how: sentences(
				falseAlarms.how,
				alarms.normalHours < SHORT_HOURS ? falseAlarms.rate(rate) : null,
				alarms.tailAlarms > 0 ? falseAlarms.tails(alarms.tailAlarms) : null,
				alarms.normalHours < LONG_HOURS ? falseAlarms.short : null,
			),
		},
		{
			name: delay.name,
			value: seconds(alarms.timeToDetect?.p50 ?? null),
			plain: delay.plain(seconds(alarms.timeToDetect?.p95 ?? null)),
			how: delay.how,
		},
		{ name: global.name, value: percent(auc.global), plain: global.plain, how: global.how },
		{
			name: perVideo.name,
			value: percent(auc.perVideo),
			plain: perVideo.plain,
			how: sentences(perVideo.how, perVideo.macro(percent(auc.macro))),
		},
		{
			name: precision.name,
			value: percent(report.ap),
			plain: precision.plain(percent(report.eer)),
			how: precision.how(percent(report.anomalousFrames / report.frames)),
		},
		...(regions === null
			? []
			: [
					{
						name: texts.tiles.regions.name,
						value: percent(regions.alarmBox.rbdc),
						plain: texts.tiles.regions.plain(percent(regions.alarmBox.tbdc)),
						how: texts.tiles.regions.how(String(regions.beta), String(regions.alpha)),
					},
				]),
		{
			name: speed.name,
			value: `${msPerWindow.p50.toFixed(1)} ms`,
			plain: speed.plain(`${msPerWindow.p95.toFixed(1)} ms`),
			how: speed.how,
		},
	];
}

function sentences(...parts: readonly (string | null)[]): string {
	return parts.filter((part) => part !== null).join(' ');
}
