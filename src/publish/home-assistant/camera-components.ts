import { ALARM_CHANGES } from '../../core/alarm.ts';
import { CAMERA_MODES } from '../../core/camera-state.ts';
import { TOPIC } from '../wire.ts';
import { type AnnouncedCamera, type Component, daemonAvailability } from './site.ts';

const DIAGNOSTIC = { entity_category: 'diagnostic' } as const;
/** Alarms that come late or again are events of another type: a siren that waits for `started` stays silent. */
export const LATE = '_late';

/** A camera's entities by their key. Only what is published has one, and only commands that are taken. */
export function cameraComponents(base: string, camera: AnnouncedCamera): Readonly<Record<string, Component>> {
	return { ...readings(base, camera), ...controls(base, camera) };
}

function readings(base: string, { id }: AnnouncedCamera): Record<string, Component> {
	const state = `${base}/${TOPIC.state(id)}`;
	const availability = `${base}/${TOPIC.availability(id)}`;
	/** What says nothing while no pictures come. */
	const whileWatched = { availability: [daemonAvailability(`${base}/${TOPIC.bridgeState}`), { topic: availability }] };
	const figure = { p: 'sensor', state_class: 'measurement', ...DIAGNOSTIC, ...whileWatched, state_topic: state };
	return {
		anomaly: {
			p: 'binary_sensor',
			name: 'Anomaly',
			device_class: 'problem',
			state_topic: state,
			value_template: '{{ value_json.anomaly }}',
			...whileWatched,
		},
		connectivity: {
			p: 'binary_sensor',
			name: 'Connectivity',
			device_class: 'connectivity',
			...DIAGNOSTIC,
			state_topic: availability,
			payload_on: 'online',
			payload_off: 'offline',
		},
		integrity: {
			p: 'binary_sensor',
			name: 'Integrity',
			device_class: 'problem',
			...DIAGNOSTIC,
			state_topic: state,
			value_template: "{{ 'ON' if value_json.integrity else 'OFF' }}",
			json_attributes_topic: state,
			json_attributes_template: '{{ dict(faults=value_json.integrity) | to_json }}',
		},
		alarm: {
			p: 'event',
			name: 'Alarm',
			state_topic: `${base}/${TOPIC.alarm(id)}`,
			qos: 1,
			event_types: ALARM_CHANGES.flatMap((change) => [change, `${change}${LATE}`]),
			value_template: `{{ dict(value_json, event_type=value_json.event_type ~ ('${LATE}' if value_json.replayed else '')) | to_json }}`,
		},
		mode: {
			p: 'sensor',
			name: 'Mode',
			device_class: 'enum',
			options: CAMERA_MODES,
			...DIAGNOSTIC,
			state_topic: state,
			value_template: '{{ value_json.mode }}',
		},
		score: { ...figure, name: 'Score', value_template: '{{ value_json.score }}' },
		level: { ...figure, name: 'Alarm level', value_template: '{{ value_json.threshold }}' },
		fps: { ...figure, name: 'Frame rate', unit_of_measurement: 'fps', value_template: '{{ value_json.fps }}' },
		latency: {
			...figure,
			name: 'Latency',
			device_class: 'duration',
			unit_of_measurement: 'ms',
			state_topic: `${base}/${TOPIC.stats(id)}`,
			value_template: '{{ value_json.frame_age_ms }}',
		},
	};
}

function controls(base: string, { id, learns, scheduled }: AnnouncedCamera): Record<string, Component> {
	const config = { entity_category: 'config' } as const;
	const press = (name: string, topic: string, payload: string): Component => ({
		p: 'button',
		name,
		command_topic: `${base}/${topic}`,
		payload_press: payload,
		qos: 1,
	});
	return {
		armed: {
			p: 'switch',
			name: 'Armed',
			state_topic: `${base}/${TOPIC.state(id)}`,
			value_template: "{{ 'OFF' if value_json.mode in ('paused', 'disarmed') else 'ON' }}",
			state_on: 'ON',
			state_off: 'OFF',
			command_topic: `${base}/${TOPIC.modeSet(id)}`,
			payload_on: 'armed',
			payload_off: 'paused',
			qos: 1,
		},
		...(scheduled ? { schedule: { ...press('Follow the schedule', TOPIC.modeSet(id), 'schedule'), ...config } } : {}),
		'false-alarm': press('Last alarm was false', TOPIC.feedbackSet(id), 'false-alarm'),
		'normal-now': press('Last alarm is normal now', TOPIC.feedbackSet(id), 'normal'),
		...(learns ? { learn: { ...press('Learn again', TOPIC.learnSet(id), 'now'), ...config } } : {}),
		view: { ...press('Accept this view', TOPIC.viewSet(id), 'accept'), ...config },
	};
}
