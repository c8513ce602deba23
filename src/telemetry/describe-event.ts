import type { AlarmNotice } from '../core/alarm.ts';
import type { CameraMode, StreamFailure } from '../core/camera-state.ts';
import type { DaemonEvent } from '../core/events.ts';
import type { FeedbackAction } from '../core/feedback.ts';
import type { FloodNotice } from '../core/flood.ts';
import type { IntegrityNotice } from '../core/integrity.ts';
import type { LogLevel } from './log.ts';
import {
	DISTURBANCE_WORDS,
	duration,
	FAILURE_WORDS,
	FAULT_WORDS,
	OUTCOME_WORDS,
	PHASE_WORDS,
	place,
	STANDING_WORDS,
	WHY_WORDS,
} from './words.ts';

export interface Description {
	readonly level: LogLevel;
	/** One sentence in plain words, without a full stop. */
	readonly text: string;
	/** Lines of one group are thinned out when they come often; null where each one counts. */
	readonly group: string | null;
}

/** An event as a line of the log; null for what happens all the time. */
export function describeEvent(event: DaemonEvent): Description | null {
	switch (event.kind) {
		case 'daemon-started':
			return each('info', `Foreframe ${event.version} is starting with ${cameras(event.cameras)}`);
		case 'daemon-ready':
			return each('info', `ready after ${duration(event.startMs)}`);
		case 'daemon-stopping':
			return each('info', `stopping: ${event.reason}`);
		case 'camera-added':
			return each('debug', `${event.camera}: added`);
		case 'camera-removed':
			return each('info', `${event.camera}: removed`);
		case 'camera-connecting':
			return often('debug', event.camera, 'connecting', `connecting, attempt ${event.attempt}`);
		case 'camera-connected': {
			const video = `${event.codec} ${event.width}x${event.height} over ${event.transport}`;
			const back = event.downMs === null ? 'connected' : `the camera is back after ${duration(event.downMs)}`;
			return often('info', event.camera, 'connected', `${back}: ${video}`);
		}
		case 'camera-lost':
			return cameraLost(event);
		case 'camera-mode':
			// A fault is tried again for ever: its camera tells it now and then.
			return event.mode === 'fault'
				? often('error', event.camera, 'fault', modeWords(event.mode, event.detail))
				: each('info', `${event.camera}: ${modeWords(event.mode, event.detail)}`);
		case 'run-started':
			return often('debug', event.camera, 'run', `run ${event.run} begins: ${event.reason}`);
		case 'frame-damaged':
			return often('debug', event.camera, 'damaged', `a picture is damaged (${event.damage}) and is not judged`);
		case 'packets-lost':
			return often('warn', event.camera, 'packets', `${event.count} packets were lost on the way from the camera`);
		case 'decode-error':
			return often('warn', event.camera, 'decode', `a picture could not be decoded: ${event.detail}`);
		case 'window-dropped':
			if (event.reason === 'starting') return null;
			return event.reason === 'backpressure'
				? often('warn', event.camera, 'dropped', 'a window was skipped: this machine cannot keep up')
				: often('debug', event.camera, `dropped-${event.reason}`, `a window is not judged: ${event.reason}`);
		case 'frame-dropped':
			return often(
				'warn',
				event.camera,
				'frame-dropped',
				`${event.count} pictures were skipped: this machine cannot keep up`,
			);
		case 'alarm':
			return alarmLine(event.notice);
		case 'model-chosen': {
			const { camera, model, detail } = event;
			const whose = model.learned ? 'its own model' : 'the model';
			return each('info', `${camera}: watched with ${whose} ${model.id} ${model.version}: ${detail}`);
		}
		case 'learning-phase':
			return each(
				'info',
				`${event.camera}: ${PHASE_WORDS[event.phase]}${event.detail === '' ? '' : `: ${event.detail}`}`,
			);
		case 'learning-ended': {
			const level = event.outcome === 'promoted' || event.outcome === 'refused' ? 'info' : 'warn';
			return each(level, `${event.camera}: ${OUTCOME_WORDS[event.outcome]}: ${event.detail}`);
		}
		case 'memory-capped': {
			const moved = `it has moved by ${event.drift.mean.toFixed(2)}, its farthest item by ${event.drift.most.toFixed(2)}`;
			return each('warn', `${event.camera}: the memory learns no more for now: ${moved} in ${ONE_SPAN[event.over]}`);
		}
		case 'memory-replaced':
			return each(
				'info',
				`${event.camera}: the memory is that of ${new Date(event.at).toISOString()} again: ${event.why}`,
			);
		case 'hearing':
			return hearingLine(event);
		case 'provider-chosen':
			return each('info', `${event.model} runs on ${event.provider} at ${event.size}`);
		case 'provider-refused':
			return grouped('warn', `provider ${event.provider}`, `${event.provider} is not used: ${event.reason}`);
		case 'mqtt-connected': {
			const back = event.downMs === null ? 'connected to' : `connected again after ${duration(event.downMs)} to`;
			return grouped('info', 'mqtt-connected', `MQTT: ${back} ${event.broker}`);
		}
		case 'mqtt-lost': {
			const again = `trying again in ${duration(event.retryInMs)}`;
			return grouped(
				'warn',
				`mqtt-lost ${event.reason}`,
				`MQTT: no connection to ${event.broker}: ${event.reason}; ${again}`,
			);
		}
		case 'message-published':
			if (event.result === 'ok') return null;
			return event.result === 'failed'
				? grouped('warn', 'publish-failed', 'MQTT: the broker did not take a message')
				: grouped('debug', 'publish-dropped', 'MQTT: a message was dropped, a newer one takes its place');
		case 'alarm-delivered':
			return event.replayed
				? often('info', event.camera, 'replayed', `an alarm was delivered ${duration(event.delayMs)} late`)
				: often('debug', event.camera, 'delivered', `an alarm was delivered after ${duration(event.delayMs)}`);
		case 'websocket-dropped':
			return grouped('warn', 'websocket', `${event.count} messages to a slow WebSocket client were dropped`);
		case 'child-exited':
			// The loss of the camera, which follows, says the same.
			return often('debug', event.camera, 'child', `the process that reads the camera ended: ${event.detail}`);
		case 'watchdog':
			return event.proven
				? null
				: grouped(
						'error',
						'watchdog',
						'the work of the daemon could not be proven in time: systemd is not told that all is well',
					);
		case 'integrity':
			return integrityLine(event.notice);
		case 'view-accepted':
			return each(
				'info',
				`${event.camera}: what it shows is its view from now on${event.learnsAnew ? ': it was moved, and learns anew' : ''}`,
			);
		case 'picture-disturbed':
			return often('info', event.camera, event.disturbance, DISTURBANCE_WORDS[event.disturbance]);
		case 'alarm-gathered':
			if (event.change !== 'started') return null;
			return each('info', `${event.camera}: alarm ${event.alarm.id} goes into the summary`);
		case 'flood':
			return each(event.notice.change === 'updated' ? 'info' : 'warn', floodWords(event.notice));
		case 'feedback':
			return each('info', `${event.camera}: ${FEEDBACK_WORDS[event.action]}: alarm ${event.alarm}: ${event.effect}`);
		case 'calibration':
			return each('info', `${event.camera}: ${event.detail}`);
		case 'warning':
			return grouped('warn', `warning ${event.about}`, `${event.about}: ${event.detail}`);
		case 'frame-received':
		case 'window-scored':
		case 'memory-drift':
		case 'inference-queue':
		case 'learning-progress':
		case 'footage':
		case 'outbox':
		case 'websocket-clients':
			return null;
		default:
			return event satisfies never;
	}
}

const ONE_SPAN = { hour: 'an hour', day: 'a day' } as const;

/** A camera that is deaf is told as a fault of its own. */
function hearingLine({
	camera,
	hearing: { noticed, tried, usual },
}: Extract<DaemonEvent, { kind: 'hearing' }>): Description {
	return each(
		'debug',
		`${camera}: of ${tried} synthetic oddities ${noticed} would have alarmed, usually ${Math.round(100 * usual)} %`,
	);
}

function each(level: LogLevel, text: string): Description {
	return { level, text, group: null };
}

function grouped(level: LogLevel, group: string, text: string): Description {
	return { level, text, group };
}

function often(level: LogLevel, camera: string, group: string, text: string): Description {
	return { level, text: `${camera}: ${text}`, group: `${camera} ${group}` };
}

function cameras(count: number): string {
	return count === 1 ? 'one camera' : `${count} cameras`;
}

/** Of the others the reason's own words say enough; a machine finds the detail beside them. */
const DETAIL_NEEDED: ReadonlySet<StreamFailure> = new Set(['codec', 'crashed', 'tls', 'unreachable', 'unknown']);

function cameraLost({ camera, reason, detail, retryInMs }: Extract<DaemonEvent, { kind: 'camera-lost' }>): Description {
	if (retryInMs === null && reason === 'ended') return each('info', `${camera}: the recording has ended`);
	const more = detail === '' || !DETAIL_NEEDED.has(reason) ? '' : ` (${detail})`;
	const next = retryInMs === null ? 'not trying again' : `trying again in ${duration(retryInMs)}`;
	return often('warn', camera, `lost ${reason}`, `lost the camera: ${FAILURE_WORDS[reason]}${more}; ${next}`);
}

const MODE_WORDS: Record<CameraMode, string> = {
	learning: 'learning what is normal; it cannot alarm yet',
	armed: 'armed',
	disarmed: 'disarmed; no alarm starts',
	paused: 'paused',
	fault: 'cannot be watched',
};

function modeWords(mode: CameraMode, detail: string): string {
	return `${MODE_WORDS[mode]}${detail === '' ? '' : `: ${detail}`}`;
}

/** Rarer than this no footage supports, and nobody can imagine. */
const TEN_YEARS_HOURS = 10 * 365 * 24;

function alarmLine({ change, alarm }: AlarmNotice): Description {
	const { camera, why, standing, onceInHours, surprise, peakSurprise, level, region, zones, startedAt, endedAt } =
		alarm;
	const words = standing === null ? WHY_WORDS[why] : STANDING_WORDS[standing.kind];
	const rarity = `${words} in ${onceInHours >= TEN_YEARS_HOURS ? 'ten years' : duration(onceInHours * 3_600_000)}`;
	const named = zones.length === 0 ? '' : ` in ${zones.join(', ')}`;
	const where = region === null ? named : `,${named} ${place(region)}`;
	switch (change) {
		case 'started':
			return each('warn', `${camera}: ALARM started: ${rarity} (score ${one(surprise)} over ${one(level)})${where}`);
		case 'updated':
			return often('debug', camera, 'alarm-peak', `alarm, new peak: ${rarity} (score ${one(peakSurprise)})${where}`);
		case 'ended': {
			const length = endedAt === null ? '' : ` after ${duration(endedAt - startedAt)}`;
			const asks = alarm.endReason === 'lasting' ? '; it goes on: is it normal now?' : '';
			return each('info', `${camera}: ALARM ended${length}: at its peak ${rarity} (score ${one(peakSurprise)})${asks}`);
		}
		default:
			return change satisfies never;
	}
}

function integrityLine({ change, fault }: IntegrityNotice): Description {
	const { camera, kind, detail, startedAt, endedAt } = fault;
	const words = FAULT_WORDS[kind];
	return change === 'started'
		? each('error', `${camera}: ${words}: ${detail}`)
		: each('warn', `${camera}: over after ${duration((endedAt ?? startedAt) - startedAt)}: ${words}`);
}

function floodWords({ change, flood }: FloodNotice): string {
	const { camera, alarms, toldInAnHour, worst } = flood;
	const gathered = `${alarms === 1 ? 'one alarm was' : `${alarms} alarms were`} gathered, at most score ${one(worst.peakSurprise)}`;
	switch (change) {
		case 'started':
			return `${camera}: TOO MANY ALARMS: more than ${toldInAnHour} in an hour; those that follow are gathered into a summary`;
		case 'updated':
			return `${camera}: ${gathered} so far`;
		case 'ended':
			return `${camera}: alarms are told one by one again; ${gathered}`;
		default:
			return change satisfies never;
	}
}

const FEEDBACK_WORDS: Readonly<Record<FeedbackAction, string>> = {
	'false-alarm': 'somebody says it was a false alarm',
	'true-alarm': 'somebody confirms an alarm',
	normal: 'somebody says it is normal now',
	undo: 'somebody takes back what was said',
};

function one(value: number): string {
	return value.toFixed(1);
}
