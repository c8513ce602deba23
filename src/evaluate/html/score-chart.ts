import { html, type Markup } from './markup.ts';
import { at, scaleTo, ticks } from './scale.ts';
import { texts } from './texts.ts';

/** A stretch of a clip, in seconds from its first picture. */
export interface Span {
	readonly from: number;
	readonly to: number;
	readonly title: string;
}

export interface AlarmBar extends Span {
	readonly outcome: 'true' | 'tail' | 'false';
}

export interface ScoreCurve {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	/** In order of time. */
	readonly points: readonly { readonly seconds: number; readonly score: number }[];
	readonly level: number;
	readonly labelled: readonly Span[];
	readonly alarms: readonly AlarmBar[];
	/** Ends of the axes, which all clips share. What is higher is drawn at the top. */
	readonly most: { readonly seconds: number; readonly score: number };
}

const WIDTH = 420;
const HEIGHT = 132;
const PLOT = { left: 26, right: WIDTH - 6, top: 8, bottom: HEIGHT - 32 };
const ALARM_BAND = { top: PLOT.bottom + 3, height: 7 };
/** No screen shows more. */
const COLUMNS_MAX = 800;

/** A clip's score over time, its labelled stretches shaded, the alarm level dashed, alarms as bars under it. */
export function scoreChart(curve: ScoreCurve, columns = COLUMNS_MAX): Markup {
	const { id, level, labelled, alarms, most } = curve;
	const x = scaleTo(most.seconds, PLOT.left, PLOT.right);
	const y = scaleTo(most.score, PLOT.bottom, PLOT.top);
	const last = curve.points.at(-1)?.seconds ?? 0;
	return html`<svg class="chart score" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d"
 data-left="${PLOT.left}" data-right="${PLOT.right}" data-top="${PLOT.top}" data-bottom="${PLOT.bottom}"
 data-seconds="${most.seconds}" data-score="${most.score}" tabindex="0">
<title id="${id}-t">${curve.title}</title><desc id="${id}-d">${curve.description}</desc>
${labelled.map(
	({
		from,
		to,
		title,
	}) => html`<rect class="labelled" x="${at(x(from))}" y="${PLOT.top}" width="${at(Math.max(1, x(to) - x(from)))}" height="${PLOT.bottom - PLOT.top}"><title>${title}</title></rect>
`,
)}${ticks(most.score, 4).map(
	(
		value,
	) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="tick" x="${PLOT.left - 5}" y="${at(y(value) + 4)}" text-anchor="end">${value}</text>
`,
)}${ticks(most.seconds, 6).map(
	(value) => html`<text class="tick" x="${at(x(value))}" y="${HEIGHT - 6}" text-anchor="middle">${value}</text>
`,
)}<text class="tick" x="${PLOT.right}" y="${HEIGHT - 6}" text-anchor="end">${texts.seconds}</text>
<line class="end" x1="${at(x(last))}" x2="${at(x(last))}" y1="${PLOT.top}" y2="${PLOT.bottom}"/>
<line class="level" x1="${PLOT.left}" x2="${at(x(last))}" y1="${at(y(level))}" y2="${at(y(level))}"/>
<path class="curve" d="${pathOf(
		curve.points.map(({ seconds, score }) => [x(seconds), y(score)]),
		Math.min(columns, COLUMNS_MAX),
	)}"/>
${alarms.map(
	({
		from,
		to,
		title,
		outcome,
	}) => html`<rect class="alarm alarm-${outcome}" x="${at(x(from))}" y="${ALARM_BAND.top + (outcome === 'true' ? 0 : 0.5)}" width="${at(Math.max(2, x(to) - x(from)))}" height="${ALARM_BAND.height}"><title>${title}</title></rect>
`,
)}</svg>`;
}

/** A line through points in order of x; of more than two points a column, each column's lowest and highest. */
export function pathOf(points: readonly (readonly [number, number])[], columns: number): string {
	const drawn = points.length > 2 * columns ? extremes(points, columns) : points;
	return drawn.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('');
}

function extremes(points: readonly (readonly [number, number])[], columns: number): (readonly [number, number])[] {
	const perColumn = points.length / columns;
	return Array.from({ length: columns }, (_, column) => {
		const own = points.slice(Math.floor(column * perColumn), Math.floor((column + 1) * perColumn));
		const lowest = own.reduce((a, b) => (b[1] < a[1] ? b : a));
		const highest = own.reduce((a, b) => (b[1] > a[1] ? b : a));
		return lowest[0] < highest[0] ? [lowest, highest] : [highest, lowest];
	}).flat();
}
