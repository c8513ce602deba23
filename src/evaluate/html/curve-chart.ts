import { html, type Markup } from './markup.ts';
import { at, scaleTo, ticks } from './scale.ts';

export interface CurveLine {
	readonly name: string;
	/** Said behind the name, as in "98.1 %". */
	readonly value: string;
	/** In units of the axes, in the order in which the line runs. */
	readonly points: readonly (readonly [number, number])[];
	/** Drawn thick. */
	readonly strong?: true;
}

export interface CurveChart {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly x: Axis;
	readonly y: Axis;
	/** The first is drawn on top. */
	readonly lines: readonly CurveLine[];
	/** What guessing would give, from and to in units of the axes. */
	readonly chance: readonly [readonly [number, number], readonly [number, number]] | null;
	/** Single points with a name. */
	readonly marks: readonly { readonly name: string; readonly point: readonly [number, number] }[];
}

export interface Axis {
	readonly label: string;
	/** From 0 up to here. */
	readonly most: number;
	readonly write: (value: number) => string;
}

const SIDE = 320;
const PLOT = { left: 40, right: SIDE - 12, top: 10, bottom: SIDE - 44 };
/** Lines are told apart by colour and dashes; more than there are of those begin again. */
export const LINE_STYLES = 8;
/** In units of the drawing, of which there are `SIDE`. */
const NEAR = 0.7;

/** Lines over two axes from 0, with a legend that names and values each. */
export function curveChart({ id, title, description, x, y, lines, chance, marks }: CurveChart): Markup {
	const toX = scaleTo(x.most, PLOT.left, PLOT.right);
	const toY = scaleTo(y.most, PLOT.bottom, PLOT.top);
	const styled = lines.map((line, index) => ({
		...line,
		style: `line line-${index % LINE_STYLES}${line.strong ? ' strong' : ''}`,
	}));
	return html`<figure class="curves"><figcaption>${title}</figcaption>
<svg class="chart curve-chart" viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${ticks(y.most, 5).map(
	(
		value,
	) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(toY(value))}" y2="${at(toY(value))}"/><text class="tick" x="${PLOT.left - 5}" y="${at(toY(value) + 4)}" text-anchor="end">${y.write(value)}</text>
`,
)}${ticks(x.most, 5).map(
	(
		value,
	) => html`<line class="grid" x1="${at(toX(value))}" x2="${at(toX(value))}" y1="${PLOT.top}" y2="${PLOT.bottom}"/><text class="tick" x="${at(toX(value))}" y="${PLOT.bottom + 15}" text-anchor="middle">${x.write(value)}</text>
`,
)}<text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${SIDE - 8}" text-anchor="middle">${x.label}</text>
<text class="axis" transform="translate(11 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
${chance === null ? null : html`<path class="chance" d="${thinned(chance, toX, toY)}"/>`}
${styled.toReversed().map(({ style, points }) => html`<path class="${style}" d="${thinned(points, toX, toY)}"/>\n`)}
${marks.map(
	({
		name,
		point,
	}) => html`<g class="mark"><title>${name}</title><circle cx="${at(toX(point[0]))}" cy="${at(toY(point[1]))}" r="5"/></g>
`,
)}</svg>
<ul class="legend">${styled.map(
		({ name, value, style }) => html`
<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="${style}" d="M1 4H27"/></svg> ${name} <b>${value}</b></li>`,
	)}${marks.map(
		({ name }) => html`
<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><g class="mark"><circle cx="14" cy="4" r="3.5"/></g></svg> ${name}</li>`,
	)}
</ul></figure>`;
}

/** Points that lie closer together than anybody can see are drawn as one. */
function thinned(
	points: readonly (readonly [number, number])[],
	toX: (value: number) => number,
	toY: (value: number) => number,
): string {
	let path = '';
	let drawn: readonly [number, number] | null = null;
	for (const [index, point] of points.entries()) {
		const [x, y] = [toX(point[0]), toY(point[1])];
		const near = drawn !== null && Math.abs(x - drawn[0]) + Math.abs(y - drawn[1]) < NEAR;
		if (near && index < points.length - 1) continue;
		path += `${drawn === null ? 'M' : 'L'}${at(x)} ${at(y)}`;
		drawn = [x, y];
	}
	return path;
}
