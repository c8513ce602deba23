import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationReport } from '../report.ts';
import { channelTable, kindTable, levelTable, memoryFigures } from './breakdown.ts';
import { clipCharts } from './clips.ts';
import { curveCharts } from './curves.ts';
import { duration, short } from './format.ts';
import { html, Markup } from './markup.ts';
import { momentCards, momentsLegend } from './moment-cards.ts';
import { strongestRoot } from './shots.ts';
import type { ShownMoments } from './shown-moments.ts';
import { texts } from './texts.ts';
import { tiles } from './tiles.ts';
import type { Moment } from './worst-moments.ts';

/** So many pictures are shown where nothing was missed or told falsely. */
const NEAREST = 3;

/** The report as one HTML file that asks for nothing outside of itself. */
export async function reportPage(
	report: EvaluationReport,
	moments: Pick<ShownMoments, 'misses' | 'falseAlarms'>,
): Promise<string> {
	const css = await readFile(join(import.meta.dirname, 'report.css'), 'utf8');
	const script = await readFile(join(import.meta.dirname, 'report.js'), 'utf8');
	return `<!doctype html>\n${page(report, moments, css, script).text}\n`;
}

function page(
	report: EvaluationReport,
	moments: Pick<ShownMoments, 'misses' | 'falseAlarms'>,
	css: string,
	script: string,
): Markup {
	const { model, size, alarms, calibration, kinds, memory } = report;
	const title = texts.title(report.dataset);
	const allowed = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
	const strongest = strongestRoot(
		[...moments.misses, ...moments.falseAlarms].map(({ prediction }) => prediction.heatMap),
	);
	const { sections } = texts;
	const links = [
		['figures', sections.figures],
		['clips', sections.clips],
		['misses', sections.misses],
		['false-alarms', sections.falseAlarms],
		['curves', sections.curves],
		...(kinds.length === 0 ? [] : [['kinds', sections.kinds] as const]),
		['channels', sections.channels],
		...(memory === null ? [] : [['memory', sections.memory] as const]),
	] as const;
	const told = alarms.eventsUnderFalseAlarm;
	const before = told === 0 ? null : texts.tiles.events.before(told);
	const modelName = `${model.id} ${model.version}`;
	return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${Markup.trusted(css)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="verdict">${texts.verdict(alarms.eventsDetected, alarms.events, before, alarms.falseAlarms, duration(alarms.normalHours))}</p>
<p class="faint">${texts.about(report.detector, modelName, `${size.width}x${size.height}`, String(report.framesPerSecond), String(report.frames), String(report.anomalousFrames))}
${texts.calibrated(String(calibration.windows), calibration.effectiveWindows.toFixed(0), calibration.clips.join(', '))}</p>
<nav aria-label="${texts.contents}">${links.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>
${section('figures', texts.sections.figures, tiles(report))}
${section('clips', texts.sections.clips, clipCharts(report))}
${section('misses', texts.sections.misses, missed(report, moments.misses, strongest))}
${section('false-alarms', texts.sections.falseAlarms, falselyTold(report, moments.falseAlarms, strongest))}
${section('curves', texts.sections.curves, levels(report))}
${kinds.length === 0 ? null : section('kinds', texts.sections.kinds, kindTable(report))}
${section('channels', texts.sections.channels, channelTable(report))}
${memory === null ? null : section('memory', texts.sections.memory, memoryFigures(memory))}
</main>
<script>${Markup.trusted(script)}</script>
</body>
</html>`;
}

function missed({ alarms: { level } }: EvaluationReport, moments: readonly Moment[], strongest: number): Markup {
	const { missesIntro, noMisses, missesButOver } = texts.moments;
	if (moments.length === 0) return html`<p>${noMisses}</p>`;
	const misses = moments.filter(({ window }) => window.surprise < level);
	return html`<p>${missesIntro} ${misses.length > 0 ? null : missesButOver}</p>
${momentsLegend(moments, strongest)}
${momentCards('miss', misses.length > 0 ? misses : moments.slice(0, NEAREST), level, strongest)}`;
}

function falselyTold({ alarms }: EvaluationReport, moments: readonly Moment[], strongest: number): Markup {
	const { falseIntro, noFalse, falseButUnder } = texts.moments;
	if (moments.length === 0) return html`<p>${noFalse}</p>`;
	const over = moments.filter(({ window }) => window.surprise >= alarms.level);
	return html`<p>${falseIntro(`${short(alarms.tailSeconds)} ${texts.seconds}`)} ${over.length > 0 ? null : falseButUnder}</p>
${momentCards('false', over.length > 0 ? over : moments.slice(0, NEAREST), alarms.level, strongest)}`;
}

function levels(report: EvaluationReport): Markup {
	return html`${curveCharts(report)}
<details class="wide"><summary>${texts.levels.title}</summary>${levelTable(report)}</details>`;
}

function section(id: string, title: string, content: Markup): Markup {
	return html`<section id="${id}"><h2>${title}</h2>
${content}</section>`;
}
