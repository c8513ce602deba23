import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationReport } from '../report.ts';
import { channelTable, kindTable, memoryFigures } from './breakdown.ts';
import { clipCharts } from './clips.ts';
import { curveCharts } from './curves.ts';
import { duration, seconds } from './format.ts';
import { html, Markup } from './markup.ts';
import { momentCards, momentsLegend } from './moment-cards.ts';
import { strongestError } from './shots.ts';
import { SETTLED_SECONDS, type ShownMoments } from './shown-moments.ts';
import { texts } from './texts.ts';
import { tiles } from './tiles.ts';
import type { Moment } from './worst-moments.ts';

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
	const strongest = strongestError(
		[...moments.misses, ...moments.falseAlarms].map(({ prediction }) => prediction.errorMap),
	);
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
<p class="verdict">${texts.verdict(alarms.eventsDetected, alarms.events, alarms.falseAlarms, duration(alarms.normalHours))}</p>
<p class="faint">${texts.about(report.detector, modelName, `${size.width}x${size.height}`, String(report.framesPerSecond), String(report.frames), String(report.anomalousFrames))}
${texts.calibrated(String(calibration.windows), calibration.effectiveWindows.toFixed(0), calibration.clips.join(', '))}</p>
</header>
<main>
${section('figures', texts.sections.figures, tiles(report))}
${section('clips', texts.sections.clips, clipCharts(report))}
${section('misses', texts.sections.misses, missed(report, moments.misses, strongest))}
${section('false-alarms', texts.sections.falseAlarms, falselyTold(report, moments.falseAlarms, strongest))}
${section('curves', texts.sections.curves, html`<p>${texts.curves.intro}</p>${curveCharts(report)}`)}
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
	const isMiss = ({ window }: Moment) => window.surprise < level;
	return html`<p>${missesIntro(seconds(SETTLED_SECONDS))} ${moments.some(isMiss) ? null : missesButOver}</p>
${momentsLegend(strongest)}
${momentCards('miss', moments, level, strongest)}`;
}

function falselyTold({ alarms }: EvaluationReport, moments: readonly Moment[], strongest: number): Markup {
	const { falseIntro, noFalse, falseButUnder } = texts.moments;
	if (moments.length === 0) return html`<p>${noFalse}</p>`;
	const isFalse = ({ window }: Moment) => window.surprise >= alarms.level;
	return html`<p>${falseIntro(seconds(alarms.tailSeconds))} ${moments.some(isFalse) ? null : falseButUnder}</p>
${momentCards('false', moments, alarms.level, strongest)}`;
}

function section(id: string, title: string, content: Markup): Markup {
	return html`<section id="${id}"><h2>${title}</h2>
${content}</section>`;
}
