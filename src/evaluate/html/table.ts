import { html, type Markup } from './markup.ts';

/** The first cell of a row names it. */
export function table(
	head: readonly string[],
	rows: readonly (readonly (string | number)[])[],
	lastColumn: 'figures' | 'words' = 'figures',
): Markup {
	return html`<div class="scroll" tabindex="0"><table class="${lastColumn}">
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
		([first, ...cells]) => html`
<tr><th scope="row">${first ?? null}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
	)}
</tbody></table></div>`;
}
