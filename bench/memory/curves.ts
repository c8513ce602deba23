/** One line of a chart. */
export interface Curve {
	readonly name: string;
	readonly points: readonly (readonly [seconds: number, value: number])[];
	/** 0 solid, 1 dashed, 2 dotted. */
	readonly dash: number;
	readonly colour: string;
}

export interface Chart {
	readonly title: string;
	readonly axis: string;
	readonly curves: readonly Curve[];
	/** A level, drawn across. */
	readonly level: { readonly name: string; readonly value: number } | null;
}

const WIDTH = 760;
const HEIGHT = 250;
const PLOT = { left: 46, right: WIDTH - 190, top: 34, bottom: HEIGHT - 38 };
const DASHES = ['', '7 4', '2 3'];

/** Charts one below the other, as an SVG file that needs nothing else. */
export function chartsSvg(charts: readonly Chart[]): string {
	const height = charts.length * HEIGHT;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${charts.map((chart, index) => `<g transform="translate(0 ${index * HEIGHT})">${chartSvg(chart)}</g>`).join('\n')}
</svg>
`;
}

function chartSvg({ title, axis, curves, level }: Chart): string {
	const points = curves.flatMap((curve) => curve.points);
	const most = {
		seconds: Math.max(...points.map(([seconds]) => seconds)),
		value: 1.08 * Math.max(level?.value ?? 0, ...points.map(([, value]) => value)),
	};
	const x = (seconds: number) => (PLOT.left + (seconds / most.seconds) * (PLOT.right - PLOT.left)).toFixed(1);
	const y = (value: number) => (PLOT.bottom - (value / most.value) * (PLOT.bottom - PLOT.top)).toFixed(1);
	const minutes = steps(most.seconds / 60, 6);
	return [
		text(PLOT.left, 18, title, 'font-weight="bold"'),
		...steps(most.value, 5).flatMap((value) => [
			`<path d="M${PLOT.left} ${y(value)}H${PLOT.right}" stroke="#ddd"/>`,
			text(PLOT.left - 6, Number(y(value)) + 4, String(value), 'text-anchor="end" fill="#555"'),
		]),
		...minutes.map((minute) => text(Number(x(60 * minute)), PLOT.bottom + 16, String(minute), CENTRED)),
		text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 31, `minutes; ${axis}`, CENTRED),
		...(level === null
			? []
			: [
					`<path d="M${PLOT.left} ${y(level.value)}H${PLOT.right}" stroke="#888" stroke-dasharray="5 3"/>`,
					text(PLOT.left + 6, Number(y(level.value)) - 5, level.name, 'fill="#555"'),
				]),
		...curves.map(
			({ points, dash, colour }) =>
				`<path d="M${points.map(([seconds, value]) => `${x(seconds)} ${y(value)}`).join('L')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[dash]}"/>`,
		),
		...curves.flatMap(({ name, dash, colour }, index) => {
			const line = PLOT.top + 12 + 18 * index;
			return [
				`<path d="M${PLOT.right + 8} ${line - 4}h24" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[dash]}"/>`,
				text(PLOT.right + 38, line, name, ''),
			];
		}),
	].join('\n');
}

const CENTRED = 'text-anchor="middle" fill="#555"';

function text(x: number, y: number, words: string, style: string): string {
	const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	return `<text x="${x}" y="${y}" ${style}>${escaped}</text>`;
}

/** Round numbers from 0 up, about so many. */
function steps(most: number, about: number): number[] {
	const raw = most / about;
	const power = 10 ** Math.floor(Math.log10(raw));
	const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
	return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}
