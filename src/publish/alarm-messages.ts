import type { Alarm, AlarmNotice } from '../core/alarm.ts';
import type { Explanation } from '../core/explanation.ts';
import type { FeedbackEntry, FeedbackGiven } from '../core/feedback.ts';
import type { FloodNotice } from '../core/flood.ts';
import { box, iso, isoOrNull, type OutgoingMessage, rounded, wholeMs, wholeMsOrNull } from './message-fields.ts';
import {
	type AlarmMessage,
	type AlarmRecord,
	type ExplanationRecord,
	type FloodMessage,
	TOPIC,
	WIRE_VERSION,
} from './wire.ts';

export function alarmMessageOf({ alarm, change, sequence }: AlarmNotice): OutgoingMessage & { payload: AlarmMessage } {
	return {
		topic: TOPIC.alarm(alarm.camera),
		payload: { v: WIRE_VERSION, event_type: change, seq: sequence, ...alarmRecordOf(alarm), replayed: false },
	};
}

/** An alarm for the HTTP API, in the fields of the message. */
export function alarmRecordOf(alarm: Alarm): AlarmRecord {
	return {
		id: alarm.id,
		camera: alarm.camera,
		start_time: iso(alarm.startedAt),
		start_time_ms: wholeMs(alarm.startedAt),
		end_time: isoOrNull(alarm.endedAt),
		end_time_ms: wholeMsOrNull(alarm.endedAt),
		end_reason: alarm.endReason,
		question: alarm.endReason === 'lasting' && alarm.feedback === null ? 'normal' : null,
		feedback: alarm.feedback,
		gathered: alarm.gathered,
		frame_time: iso(alarm.frameAt),
		frame_time_ms: wholeMs(alarm.frameAt),
		peak_time: iso(alarm.peakAt),
		peak_time_ms: wholeMs(alarm.peakAt),
		score: rounded(alarm.surprise),
		peak_score: rounded(alarm.peakSurprise),
		threshold: rounded(alarm.level),
		once_in_hours: Math.min(1e9, rounded(alarm.onceInHours)),
		severity: alarm.severity,
		why: alarm.why,
		standing: standingOf(alarm),
		bbox: alarm.region === null ? null : box(alarm.region),
		boxes: alarm.regions.map(box),
		zones: [...alarm.zones],
		reasons: alarm.reasons.map(({ channel, surprise, onceInHours }) => ({
			channel,
			score: rounded(surprise),
			once_in_hours: Math.min(1e9, rounded(onceInHours)),
		})),
		model: { id: alarm.model.id, version: alarm.model.version },
	};
}

/** Why an alarm is one, for the HTTP API. */
export function explanationOf(explanation: Explanation): ExplanationRecord {
	const { alarm, frameAt, nearest, heatMap } = explanation;
	return {
		alarm,
		camera: explanation.camera,
		frame_time: iso(frameAt),
		frame_time_ms: wholeMs(frameAt),
		text: explanation.text,
		score: rounded(explanation.surprise),
		threshold: rounded(explanation.level),
		once_in_hours: Math.min(1e9, rounded(explanation.onceInHours)),
		channels: explanation.channels.map(({ channel, raw, surprise, onceInHours }) => ({
			channel,
			raw,
			score: rounded(surprise),
			once_in_hours: Math.min(1e9, rounded(onceInHours)),
		})),
		boxes: explanation.regions.map(box),
		heat_map: { width: heatMap.width, height: heatMap.height, values: [...heatMap.values] },
		nearest:
			nearest === null
				? null
				: {
						item: nearest.item,
						similarity: rounded(nearest.similarity),
						share: rounded(nearest.share),
						seen_time: isoOrNull(nearest.seenAt),
						seen_time_ms: wholeMsOrNull(nearest.seenAt),
					},
		pictures: Object.fromEntries(
			explanation.pictures.map((name) => [name, `/api/v1/alarms/${alarm}/pictures/${name}.png`]),
		),
	};
}

function standingOf({ standing }: Alarm): AlarmRecord['standing'] {
	if (standing === null) return null;
	const { kind, since } = standing;
	return { kind, since: iso(since), since_ms: wholeMs(since) };
}

export function floodMessageOf({ change, flood, at }: FloodNotice): OutgoingMessage & { payload: FloodMessage } {
	const { worst } = flood;
	return {
		topic: TOPIC.flood(flood.camera),
		payload: {
			v: WIRE_VERSION,
			event_type: change,
			id: flood.id,
			camera: flood.camera,
			time: iso(at),
			time_ms: wholeMs(at),
			start_time: iso(flood.startedAt),
			start_time_ms: wholeMs(flood.startedAt),
			end_time: isoOrNull(flood.endedAt),
			end_time_ms: wholeMsOrNull(flood.endedAt),
			alarms: flood.alarms,
			told_in_an_hour: flood.toldInAnHour,
			first_time: iso(flood.firstAt),
			first_time_ms: wholeMs(flood.firstAt),
			last_time: iso(flood.lastAt),
			last_time_ms: wholeMs(flood.lastAt),
			worst: {
				id: worst.id,
				time: iso(worst.startedAt),
				time_ms: wholeMs(worst.startedAt),
				peak_score: rounded(worst.peakSurprise),
				severity: worst.severity,
				why: worst.why,
				bbox: worst.region === null ? null : box(worst.region),
			},
			replayed: false,
		},
	};
}

/** What feedback came to, and something that was said of an alarm: for answers and the HTTP API. */
export function feedbackOf({ alarm, camera, verdict, effect }: FeedbackGiven) {
	return { alarm, camera, verdict, effect };
}

export function feedbackEntryOf({ action, at, channel, note }: FeedbackEntry) {
	return { verdict: action, time: iso(at), time_ms: wholeMs(at), channel, note };
}
