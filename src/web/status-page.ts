import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Alarm } from '../core/alarm.ts';
import type { CameraState } from '../core/camera-state.ts';
import { VIEW_FAULTS } from '../core/integrity.ts';
import type { UtcMs } from '../core/units.ts';
import type { ApiDeps } from './api.ts';

const FOLDER = join(import.meta.dirname, 'page');
const ALARMS_SHOWN = 30;
const FILES = [
	{ path: '/status.js', file: 'status.js', type: 'text/javascript; charset=utf-8' },
	{ path: '/status.css', file: 'status.css', type: 'text/css; charset=utf-8' },
	{ path: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
];

/** Powers of ten that a level has risen by, of which a person is told. */
const CREPT = 0.5;

/** One page that can be read without its script, which then keeps it up to date over `/ws`. */
export async function addStatusPage(app: FastifyInstance, deps: ApiDeps & { readonly version: string }): Promise<void> {
	for (const { path, file, type } of FILES) {
		const content = await readFile(join(FOLDER, file));
		app.get(path, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(content));
	}
	app.get('/', async (_request, reply) => {
		const alarms = await deps.alarms({
			camera: null,
			from: null,
			to: null,
			feedback: null,
			zone: null,
			limit: ALARMS_SHOWN,
			before: null,
		});
		return reply.type('text/html; charset=utf-8').send(page(deps.version, deps.cameras(), alarms));
	});
}

function page(version: string, cameras: readonly CameraState[], alarms: readonly Alarm[]): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Foreframe</title>
<link rel="icon" href="favicon.svg">
<link rel="stylesheet" href="status.css">
<script type="module" src="status.js"></script>
</head>
<body>
<header><h1>Foreframe</h1><p id="connection" role="status"></p></header>
<main>
<h2>Cameras</h2>
<table>
<thead><tr><th scope="col">Camera</th><th scope="col">Mode</th><th scope="col">Stream</th><th scope="col">Score, and the level for an alarm</th><th scope="col">Judged by</th><th scope="col">Last alarm</th></tr></thead>
<tbody id="cameras">
${cameras.map(cameraRow).join('\n')}
</tbody>
</table>
<h2>Alarms</h2>
<ol id="alarms" data-most="${ALARMS_SHOWN}">
${alarms.map(alarmItem).join('\n')}
</ol>
<p id="no-alarms"${alarms.length === 0 ? '' : ' hidden'}>None so far.</p>
</main>
<footer><p>Version ${escapeHtml(version)} · <a href="api/v1/alarms">alarms as JSON</a> · <a href="metrics">metrics</a></p></footer>
</body>
</html>
`;
}

function cameraRow(state: CameraState): string {
	const faults = state.integrity.map(({ kind, detail }) => ` · ${kind}: ${detail}`).join('');
	const stream = (state.failure === null ? state.stream : `${state.stream}: ${state.failure.detail}`) + faults;
	const isOtherView = state.integrity.some(({ kind }) => VIEW_FAULTS.some((fault) => fault === kind));
	const accept = isOtherView ? ' <button type="button" data-accept>Accept this view</button>' : '';
	const last = state.lastAlarmAt === null ? 'none' : time(state.lastAlarmAt);
	return `<tr data-camera="${escapeHtml(state.camera)}"${state.anomaly ? ' class="anomaly"' : ''}>
<th scope="row">${escapeHtml(state.camera)}</th>
<td data-field="mode" data-label="Mode" data-value="${state.mode}">${modeText(state)}${careText(state)}</td>
<td data-field="stream" data-label="Stream" data-value="${faults === '' ? state.stream : 'fault'}">${escapeHtml(stream)}${accept}</td>
<td data-field="score" data-label="Score">${score(state.surprise, state.level)}</td>
<td data-field="calibration" data-label="Judged by">${calibrationText(state.calibration)}</td>
<td data-field="last-alarm" data-label="Last alarm">${last}</td>
</tr>`;
}

function modeText({ mode, anomaly, learningProgress, learning, schedule }: CameraState): string {
	if (anomaly) return `${mode}, alarm going on`;
	const calibrating =
		mode === 'learning' && learningProgress !== null
			? `learning, ${Math.floor(learningProgress * 100)} %`
			: `${mode}${untilText(schedule)}`;
	if (learning === null || learning.phase === 'resting') return calibrating;
	const done = learning.progress === null ? '' : ` ${Math.floor(learning.progress * 100)} %`;
	return `${calibrating} · own model: ${learning.phase}${done}`;
}

/** When the schedule switches next. */
function untilText(schedule: CameraState['schedule']): string {
	if (schedule?.nextAt == null) return '';
	return ` until ${new Date(schedule.nextAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function careText({ lasting, flood }: CameraState): string {
	const asks = lasting === null ? '' : ' · an alarm lasts: is this normal now?';
	return asks + (flood === null ? '' : ` · too many alarms, ${flood.alarms} gathered`);
}

/** What a person must know of a calibration; the same as in the page's script. */
function calibrationText(calibration: CameraState['calibration']): string {
	if (calibration === null) return '–';
	const { kind, light, missingSeconds, footageHours, crept, held } = calibration;
	const missing = `${Math.ceil(missingSeconds / 60)} min of normal footage missing`;
	switch (kind) {
		case 'learning':
			return `${light}: nothing yet, ${missing}`;
		case 'provisional':
			return `${light}: too little, ${missing}`;
		case 'calibrated': {
			const warning = held ? ' · level held: look, and calibrate again' : crept >= CREPT ? ' · level has risen' : '';
			return `${light}: ${(footageHours ?? 0).toFixed(1)} h of normal footage${warning}`;
		}
		default:
			throw new Error(`Unknown calibration ${kind satisfies never}`);
	}
}

function score(surprise: number | null, level: number | null): string {
	if (surprise === null || level === null) return '–';
	const most = (level * 1.5).toFixed(2);
	return `<meter min="0" max="${most}" high="${level.toFixed(2)}" value="${surprise.toFixed(2)}"></meter> <span>${surprise.toFixed(1)} / ${level.toFixed(1)}</span>`;
}

function alarmItem(alarm: Alarm): string {
	const end =
		alarm.endedAt === null ? 'going on' : `${Math.max(1, Math.round((alarm.endedAt - alarm.startedAt) / 1000))} s`;
	return `<li data-id="${alarm.id}" data-severity="${alarm.severity}"${alarm.endedAt === null ? ' class="open"' : ''}>
<strong>${escapeHtml(alarm.camera)}</strong> ${time(alarm.startedAt)} · <span>${end}</span>
<span>${alarm.severity}${zonesText(alarm)}, ${alarm.why}: ${alarm.peakSurprise.toFixed(1)} over ${alarm.level.toFixed(1)}</span>
</li>`;
}

function zonesText({ zones }: Alarm): string {
	return zones.length === 0 ? '' : ` in ${escapeHtml(zones.join(', '))}`;
}

function time(at: UtcMs): string {
	const iso = new Date(Math.round(at)).toISOString();
	return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function escapeHtml(text: string): string {
	return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
