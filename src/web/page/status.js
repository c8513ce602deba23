// Keeps the page up to date. What it shows at first the server has written; from then on it follows /ws.

const cameras = document.querySelector('#cameras');
const alarms = document.querySelector('#alarms');
const noAlarms = document.querySelector('#no-alarms');
const connection = document.querySelector('#connection');
const most = Number(alarms.dataset.most);
/** Powers of ten that a level has risen by, of which a person is told. */
const CREPT = 0.5;
/** Faults that are over when somebody accepts the camera's view. */
const VIEW_FAULTS = ['covered', 'defocused', 'moved', 'noise'];

/** Number of the newest message, so that no alarm is missed while the connection is away. */
let since = null;
let attempt = 0;

for (const time of document.querySelectorAll('time')) showTime(time, time.dateTime);
cameras.addEventListener('click', ({ target }) => {
	if (target.matches('[data-accept]')) void acceptView(target);
});
follow();

function follow() {
	const url = new URL('ws', location.href);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	if (since !== null) url.searchParams.set('since', since);
	const socket = new WebSocket(url);
	socket.onopen = () => {
		attempt = 0;
		connection.textContent = 'live';
		connection.dataset.value = 'live';
	};
	socket.onmessage = ({ data }) => {
		const { topic, payload, seq } = JSON.parse(data);
		since = seq;
		take(topic, payload);
	};
	socket.onclose = () => {
		connection.textContent = 'no connection to the daemon, trying again';
		connection.dataset.value = 'lost';
		attempt += 1;
		setTimeout(follow, Math.min(15_000, 500 * 2 ** attempt) * (0.8 + 0.4 * Math.random()));
	};
}

function take(topic, payload) {
	const [, id, what] = /^camera\/([^/]+)\/(state|stats|alarm)$/.exec(topic) ?? [];
	if (what === 'state') showState(id, payload);
	else if (what === 'stats') showScore(rowOf(id), payload.score, payload.threshold);
	else if (what === 'alarm') showAlarm(payload);
	else if (topic === 'bridge/websocket' && payload.event === 'gap') location.reload();
}

function showState(id, state) {
	const row = rowOf(id);
	row.classList.toggle('anomaly', state.anomaly === 'ON');
	const mode = cell(row, 'mode');
	mode.textContent = modeText(state) + careText(state);
	mode.dataset.value = state.mode;
	const stream = cell(row, 'stream');
	const faults = (state.integrity ?? []).map(({ kind, detail }) => ` · ${kind}: ${detail}`).join('');
	stream.textContent = (state.failure === null ? state.stream : `${state.stream}: ${state.failure.detail}`) + faults;
	if ((state.integrity ?? []).some(({ kind }) => VIEW_FAULTS.includes(kind))) stream.append(' ', acceptButton());
	stream.dataset.value = faults === '' ? state.stream : 'fault';
	showScore(row, state.score, state.threshold);
	cell(row, 'calibration').textContent = calibrationText(state.calibration);
	if (state.last_alarm_time !== null) cell(row, 'last-alarm').replaceChildren(timeOf(state.last_alarm_time));
}

function acceptButton() {
	const button = element('button', 'Accept this view');
	button.type = 'button';
	button.dataset.accept = '';
	return button;
}

/** The camera's next state shows what came of it. */
async function acceptView(button) {
	const id = button.closest('[data-camera]').dataset.camera;
	if (!confirm(`Shall what ${id} shows be its view from now on? If it was moved, it learns anew what is normal.`))
		return;
	button.disabled = true;
	const { ok } = await fetch(`api/v1/cameras/${id}/view/accept`, { method: 'POST' }).catch(() => ({ ok: false }));
	if (!ok) button.disabled = false;
}

function modeText({ mode, anomaly, learning_progress: progress, learning, schedule }) {
	if (anomaly === 'ON') return `${mode}, alarm going on`;
	const calibrating =
		mode === 'learning' && progress !== null
			? `learning, ${Math.floor(progress * 100)} %`
			: `${mode}${untilText(schedule)}`;
	if (learning === null || learning.phase === 'resting') return calibrating;
	const done = learning.progress === null ? '' : ` ${Math.floor(learning.progress * 100)} %`;
	return `${calibrating} · own model: ${learning.phase}${done}`;
}

function untilText(schedule) {
	if (schedule?.next_time == null) return '';
	return ` until ${schedule.next_time.slice(0, 16).replace('T', ' ')} UTC`;
}

function careText({ lasting, flood }) {
	const asks = lasting == null ? '' : ' · an alarm lasts: is this normal now?';
	return asks + (flood == null ? '' : ` · too many alarms, ${flood.alarms} gathered`);
}

/** As the server writes it. */
function calibrationText(calibration) {
	if (calibration == null) return '–';
	const { kind, light, missing_seconds, footage_hours, crept, held } = calibration;
	const missing = `${Math.ceil(missing_seconds / 60)} min of normal footage missing`;
	if (kind === 'learning') return `${light}: nothing yet, ${missing}`;
	if (kind === 'provisional') return `${light}: too little, ${missing}`;
	const warning = held ? ' · level held: look, and calibrate again' : crept >= CREPT ? ' · level has risen' : '';
	return `${light}: ${(footage_hours ?? 0).toFixed(1)} h of normal footage${warning}`;
}

function showScore(row, score, threshold) {
	const place = cell(row, 'score');
	if (score === null || threshold === null) {
		place.textContent = '–';
		return;
	}
	if (place.querySelector('meter') === null) {
		place.replaceChildren(document.createElement('meter'), ' ', document.createElement('span'));
	}
	const meter = place.querySelector('meter');
	meter.max = threshold * 1.5;
	meter.high = threshold;
	meter.value = score;
	place.querySelector('span').textContent = `${score.toFixed(1)} / ${threshold.toFixed(1)}`;
}

function showAlarm(alarm) {
	const item = alarms.querySelector(`[data-id="${CSS.escape(alarm.id)}"]`) ?? document.createElement('li');
	item.dataset.id = alarm.id;
	item.dataset.severity = alarm.severity;
	item.classList.toggle('open', alarm.end_time_ms === null);
	const seconds = Math.max(1, Math.round((alarm.end_time_ms - alarm.start_time_ms) / 1000));
	item.replaceChildren(
		element('strong', alarm.camera),
		' ',
		timeOf(alarm.start_time),
		' · ',
		element('span', alarm.end_time_ms === null ? 'going on' : `${seconds} s`),
		' ',
		element(
			'span',
			`${alarm.severity}${zonesText(alarm)}, ${alarm.why}: ${alarm.peak_score.toFixed(1)} over ${alarm.threshold.toFixed(1)}`,
		),
	);
	if (!item.isConnected) alarms.prepend(item);
	while (alarms.children.length > most) alarms.lastElementChild.remove();
	noAlarms.hidden = true;
}

function zonesText({ zones }) {
	return zones.length === 0 ? '' : ` in ${zones.join(', ')}`;
}

function rowOf(id) {
	const known = cameras.querySelector(`[data-camera="${CSS.escape(id)}"]`);
	if (known !== null) return known;
	const row = document.createElement('tr');
	row.dataset.camera = id;
	const name = element('th', id);
	name.scope = 'row';
	row.append(name);
	for (const [field, label] of [
		['mode', 'Mode'],
		['stream', 'Stream'],
		['score', 'Score'],
		['calibration', 'Judged by'],
		['last-alarm', 'Last alarm'],
	]) {
		const place = element('td', field === 'last-alarm' ? 'none' : '–');
		place.dataset.field = field;
		place.dataset.label = label;
		row.append(place);
	}
	cameras.append(row);
	return row;
}

function cell(row, field) {
	return row.querySelector(`[data-field="${field}"]`);
}

function element(name, text) {
	const made = document.createElement(name);
	made.textContent = text;
	return made;
}

function timeOf(iso) {
	const time = document.createElement('time');
	showTime(time, iso);
	return time;
}

function showTime(time, iso) {
	time.dateTime = iso;
	time.textContent = new Date(iso).toLocaleString([], { dateStyle: 'short', timeStyle: 'medium' });
}
