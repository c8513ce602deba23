import { html, type Markup } from './markup.ts';
import { at } from './scale.ts';
import { texts } from './texts.ts';

const WIDTH = 420;
const HEIGHT = 120;
const PLOT = { left: 36, right: WIDTH - 4, top: 8, bottom: HEIGHT - 20 };

/** How often each memory item was the nearest, and what each would have if all were used alike. Shares sum to 1. */
export function usageBars(shares: readonly number[]): Markup {
	const most = Math.max(...shares, 1 / shares.length);
	const each = (PLOT.right - PLOT.left) / shares.length;
	const height = (share: number) => ((PLOT.bottom - PLOT.top) * share) / most;
	const even = PLOT.bottom - height(1 / shares.length);
	const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
	return html`<svg class="chart bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="usage-t usage-d">
<title id="usage-t">${texts.usage.title}</title><desc id="usage-d">${texts.usage.description(shares)}</desc>
${shares.map(
	(
		share,
		index,
	) => html`<rect class="bar" x="${at(PLOT.left + (index + 0.1) * each)}" y="${at(PLOT.bottom - height(share))}" width="${at(0.8 * each)}" height="${at(height(share))}"><title>${texts.usage.item(index + 1, percent(share))}</title></rect>
`,
)}<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>
<line class="level" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(even)}" y2="${at(even)}"/>
<text class="tick" x="${PLOT.left - 5}" y="${at(even + 4)}" text-anchor="end">${percent(1 / shares.length)}</text>
<text class="tick" x="${PLOT.left}" y="${HEIGHT - 5}">${texts.usage.item(1, '')}</text>
<text class="tick" x="${PLOT.right}" y="${HEIGHT - 5}" text-anchor="end">${texts.usage.item(shares.length, '')}</text>
</svg>`;
}
