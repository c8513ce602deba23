import { heatColour } from '../../core/heat-colour.ts';
import { seconds } from './format.ts';
import { html, type Markup } from './markup.ts';
import { shotPictures } from './shots.ts';
import { texts } from './texts.ts';
import type { Moment } from './worst-moments.ts';

/** Pictures of single windows, with all that was said of them. `strongest`: see `shotPictures`. */
export function momentCards(id: string, moments: readonly Moment[], level: number, strongest: number): Markup {
	return html`<div class="moments">${moments.map((moment, index) => momentCard(moment, `${id}-${index}`, level, strongest))}
</div>`;
}

export function momentsLegend(moments: readonly Moment[], strongest: number): Markup {
	const stops = Array.from({ length: 6 }, (_, index) => {
		const [red, green, blue, opacity] = heatColour(index / 5);
		return `rgb(${red} ${green} ${blue} / ${(opacity / 255).toFixed(2)})`;
	});
	const { error, probability, boxes } = texts.moments;
	const { channels } = moments[0]!.prediction;
	const heat = channels.has('oddity')
		? probability(String(Math.round(100 * strongest ** 2)))
		: error(String(Math.round(255 * strongest)));
	return html`<p class="faint"><span class="heat-scale" style="background: linear-gradient(90deg, ${stops.join(', ')}), #777"></span> ${heat} ${boxes}</p>`;
}

function momentCard({ clip, window, prediction }: Moment, id: string, level: number, strongest: number): Markup {
	const { line, score, why, labelled, verdicts } = texts.moments;
	const { surprise, kinds } = window;
	const said = [
		line(seconds(window.seconds), window.file),
		score(surprise.toFixed(2), level.toFixed(2), surprise >= level),
		...(window.why === null ? [] : [why(window.why)]),
		verdicts[window.verdict],
		...(kinds.length === 0 ? [] : [labelled(kinds.join(', '))]),
	];
	const { target } = prediction.window;
	const pictures = shotPictures(
		{
			id,
			width: target.width,
			height: target.height,
			seen: target.luma,
			predicted: prediction.predicted,
			heatMap: prediction.heatMap,
			strangest: window.strangest,
			truth: window.truth,
		},
		strongest,
	);
	return html`
<article class="moment"><p><strong>${texts.clips.clip(clip)}</strong> ${said.join(' · ')}</p>
${pictures}</article>`;
}
