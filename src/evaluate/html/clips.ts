import type { ClipSeries, EvaluationReport } from '../report.ts';
import { percent, seconds } from './format.ts';
import { html, type Markup } from './markup.ts';
import { type ScoreCurve, scoreChart } from './score-chart.ts';
import { table } from './table.ts';
import { texts } from './texts.ts';

/** Above so many times the level nobody needs to tell scores apart. */
const LEVELS_SHOWN = 3;
/** More events than this are counted over a clip's curve, not named. */
const EVENTS_NAMED = 2;
/** Points of all curves together, so that a page of many clips stays small. */
const POINTS_SHOWN = 40_000;

const OUTCOMES = ['true', 'false', 'tail'] as const;

/** The score curve of every test clip, and the same as a table. */
export function clipCharts(report: EvaluationReport): Markup {
	const { level } = report.alarms;
	const peak = Math.max(level, ...report.clips.map(peakOf));
	const most = {
		seconds: Math.max(...report.clips.map((clip) => clip.windows.at(-1)?.seconds ?? 0)),
		score: 1.05 * Math.min(peak, LEVELS_SHOWN * level),
	};
	const { legend } = texts.clips;
	return html`<p>${texts.clips.intro}${peak > most.score ? ` ${texts.clips.clipped(most.score.toFixed(0))}` : null}</p>
<ul class="legend">
<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="curve" d="M1 7L10 5L16 1L27 4"/></svg> ${legend.curve}</li>
<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="level" d="M0 4H28"/></svg> ${legend.level}</li>
<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><rect class="labelled" width="28" height="8"/></svg> ${legend.labelled}</li>
${OUTCOMES.map(
	(
		outcome,
	) => html`<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><rect class="alarm-${outcome}" x="1" y="1" width="26" height="6"/></svg> ${texts.clips.outcomes[outcome]}</li>
`,
)}</ul>
<div class="clips">${report.clips.map(
		(clip, index) => html`
<figure><figcaption><strong>${texts.clips.clip(clip.clip)}</strong>${summary(clip, report)}</figcaption>
${scoreChart(curveOf(clip, index, level, most), Math.floor(POINTS_SHOWN / report.clips.length / 2))}</figure>`,
	)}
</div>
<details class="wide"><summary>${texts.clips.table}</summary>${clipTable(report)}</details>`;
}

function curveOf(clip: ClipSeries, index: number, level: number, most: ScoreCurve['most']): ScoreCurve {
	const labelled = clip.events.map(({ kinds, beginSeconds, endSeconds }) => ({
		from: beginSeconds,
		to: endSeconds,
		title: texts.clips.labelledSpan(kinds.join(', '), seconds(beginSeconds), seconds(endSeconds)),
	}));
	const alarms = clip.alarms.map(({ startSeconds, endSeconds, outcome, peakSurprise, why }) => ({
		from: startSeconds,
		to: endSeconds,
		outcome,
		title: texts.clips.alarmSpan(
			texts.clips.outcomes[outcome],
			seconds(startSeconds),
			seconds(endSeconds),
			peakSurprise.toFixed(1),
			why,
		),
	}));
	const listed = (spans: readonly { readonly title: string }[]) =>
		spans.length === 0 ? texts.clips.nothing : spans.map(({ title }) => title).join('; ');
	return {
		id: `clip-${index}`,
		title: texts.clips.clip(clip.clip),
		description: texts.clips.describe(peakOf(clip).toFixed(1), listed(labelled), listed(alarms)),
		points: clip.windows.map(({ seconds: at, surprise }) => ({ seconds: at, score: surprise })),
		level,
		labelled,
		alarms,
		most,
	};
}

function summary(clip: ClipSeries, report: EvaluationReport): Markup[] {
	const { auc } = figuresOf(clip, report);
	const falseAlarms = falseIn(clip);
	return [
		...(auc === null ? [] : [part(texts.clips.auc(percent(auc)))]),
		...eventsIn(clip),
		...(falseAlarms === 0 ? [] : [part(texts.clips.falseAlarms(falseAlarms), 'bad')]),
	];
}

function part(text: string, kind: 'plain' | 'bad' = 'plain'): Markup {
	return html` <span class="${kind}">${text}</span>`;
}

/** Each event's fate, or of many only how many were found. */
function eventsIn(clip: ClipSeries): Markup[] {
	const { event, found, missed, toldBefore, noEvents, events: counts } = texts.clips;
	const { events } = clip;
	if (events.length === 0) return [part(noEvents)];
	if (events.length > EVENTS_NAMED) return [part(counts(foundIn(clip), events.length))];
	return events.map(({ kinds, detectedAfterSeconds, underFalseAlarm }) => {
		const name = kinds.length === 0 ? event : kinds.join(', ');
		if (detectedAfterSeconds !== null) return part(found(name, seconds(detectedAfterSeconds)));
		return part(underFalseAlarm ? toldBefore(name) : missed(name), 'bad');
	});
}

function clipTable(report: EvaluationReport): Markup {
	const { columns } = texts.clips;
	return table(
		Object.values(columns),
		report.clips.map((clip) => {
			const { frames, anomalous, auc } = figuresOf(clip, report);
			const delays = clip.events.map(({ detectedAfterSeconds }) => seconds(detectedAfterSeconds));
			return [
				clip.clip,
				frames,
				anomalous,
				percent(auc),
				peakOf(clip).toFixed(1),
				clip.events.length === 0 ? texts.none : `${foundIn(clip)} of ${clip.events.length}`,
				delays.join(', '),
				falseIn(clip),
			];
		}),
	);
}

function figuresOf({ clip }: ClipSeries, { perVideo }: EvaluationReport) {
	return perVideo.find((own) => own.clip === clip) ?? { frames: 0, anomalous: 0, auc: null };
}

function foundIn({ events }: ClipSeries): number {
	return events.filter(({ detectedAfterSeconds }) => detectedAfterSeconds !== null).length;
}

function falseIn({ alarms }: ClipSeries): number {
	return alarms.filter(({ outcome }) => outcome === 'false').length;
}

function peakOf({ windows }: ClipSeries): number {
	return windows.reduce((peak, { surprise }) => Math.max(peak, surprise), 0);
}
