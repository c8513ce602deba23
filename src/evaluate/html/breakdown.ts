import type { Channel } from '../../core/prediction.ts';
import type { EvaluationReport, MemoryFigures } from '../report.ts';
import { percent, seconds, short } from './format.ts';
import { html, type Markup } from './markup.ts';
import { table } from './table.ts';
import { texts } from './texts.ts';
import { usageBars } from './usage-bars.ts';

export function channelTable({ channels, calibration, auc }: EvaluationReport): Markup {
	const { columns, meaning, combined, combinedMeaning, intro } = texts.channels;
	const entries = Object.entries(channels) as [Channel, (typeof channels)[Channel] & object][];
	return html`<p>${intro}</p>${table(
		Object.values(columns),
		[
			[combined, texts.none, percent(auc.global), percent(auc.perVideo), combinedMeaning],
			...entries.map(([channel, areas]) => [
				channel,
				short(calibration.weights[channel] ?? 0),
				percent(areas.global),
				percent(areas.perVideo),
				meaning[channel],
			]),
		],
		'words',
	)}`;
}

export function levelTable({ levels, alarms: here }: EvaluationReport): Markup {
	const rows = [...levels, here].toSorted((a, b) => a.level - b.level);
	return table(
		Object.values(texts.levels.columns),
		rows.map(
			({ level, events, eventsDetected, timeToDetect, falseAlarms, falseAlarmsPerHour, falselyAlarmedShare }) => [
				level === here.level ? texts.levels.here(level.toFixed(2)) : level.toFixed(2),
				texts.tiles.events.value(eventsDetected, events),
				seconds(timeToDetect?.p50 ?? null),
				seconds(timeToDetect?.p95 ?? null),
				falseAlarms,
				falseAlarmsPerHour === null ? texts.none : short(falseAlarmsPerHour),
				percent(falselyAlarmedShare),
			],
		),
	);
}

export function kindTable({ kinds, channels }: EvaluationReport): Markup {
	const { columns, intro } = texts.kinds;
	const names = Object.keys(channels) as Channel[];
	return html`<p>${intro}</p>${table(
		[...Object.values(columns), ...names],
		kinds.map((kind) => [
			kind.kind,
			kind.frames,
			`${kind.eventsDetected} of ${kind.events}`,
			seconds(kind.timeToDetect?.p50 ?? null),
			percent(kind.auc),
			...names.map((channel) => percent(kind.channels[channel])),
		]),
	)}`;
}

export function memoryFigures({ items, normal, testGate }: MemoryFigures): Markup {
	const { usage } = texts;
	return html`<p>${usage.intro}</p>
${
	normal === null
		? null
		: html`<figure class="wide"><figcaption>${usage.items(short(normal.effectiveItems), items, String(normal.windows))}
<span><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="level" d="M0 4H28"/></svg> ${usage.even}</span></figcaption>
${usageBars(normal.shares)}</figure>`
}
<p class="faint">${usage.gate(String(testGate.updated), String(testGate.windows), String(testGate.frozen))}</p>`;
}
