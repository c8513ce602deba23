import { TOPIC } from '../wire.ts';
import { cameraComponents } from './camera-components.ts';
import { type AnnouncedCamera, type AnnouncedSite, type Component, daemonAvailability } from './site.ts';

/**
 * Home Assistant's discovery messages by topic, the daemon's first, since the cameras name it as what they hang on.
 * Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload (Home Assistant 2024.11 and later).
 */
export function discoveryMessages(site: AnnouncedSite): ReadonlyMap<string, object> {
	const daemon = deviceId(site.base);
	return new Map<string, object>([
		[topicOf(site, daemon), daemonMessage(site, daemon)],
		...site.cameras.map((camera) => {
			const id = `${daemon}_${camera.id}`;
			return [topicOf(site, id), cameraMessage(site, camera, id, daemon)] as const;
		}),
	]);
}

/** Home Assistant takes letters, digits, _ and - only. */
function deviceId(base: string): string {
	return base.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
}

function topicOf({ prefix }: AnnouncedSite, id: string): string {
	return `${prefix}/device/${id}/config`;
}

function daemonMessage(site: AnnouncedSite, id: string) {
	const bridgeState = `${site.base}/${TOPIC.bridgeState}`;
	const health = `${site.base}/${TOPIC.bridgeHealth}`;
	const diagnostic = { p: 'sensor', state_topic: health, entity_category: 'diagnostic', state_class: 'measurement' };
	const components: Record<string, Component> = {
		connectivity: {
			p: 'binary_sensor',
			name: 'Connectivity',
			device_class: 'connectivity',
			entity_category: 'diagnostic',
			state_topic: bridgeState,
			value_template: '{{ value_json.state }}',
			payload_on: 'online',
			payload_off: 'offline',
			// It tells that the daemon is away, so it must be there then.
			availability: [],
		},
		cameras: { ...diagnostic, name: 'Cameras in order', value_template: '{{ value_json.cameras.ok }}' },
		outbox: {
			...diagnostic,
			name: 'Messages waiting for the broker',
			value_template: '{{ value_json.mqtt.outbox_messages }}',
		},
	};
	return {
		dev: { ids: [id], name: 'Foreframe', mf: 'Foreframe', mdl: 'Daemon', sw: site.version },
		...messageOf(site, id, components),
	};
}

function cameraMessage(site: AnnouncedSite, camera: AnnouncedCamera, id: string, daemon: string) {
	return {
		dev: { ids: [id], name: camera.name, mf: 'Foreframe', mdl: 'Camera', via_device: daemon },
		...messageOf(site, id, cameraComponents(site.base, camera)),
	};
}

function messageOf(site: AnnouncedSite, id: string, components: Readonly<Record<string, Component>>) {
	return {
		o: { name: 'Foreframe', sw: site.version },
		availability: [daemonAvailability(`${site.base}/${TOPIC.bridgeState}`)],
		availability_mode: 'all',
		// A key holds no underscore, so that no camera's entity can have the id of another one's.
		cmps: Object.fromEntries(
			Object.entries(components).map(([key, component]) => [
				`${id}_${key}`,
				{ ...component, unique_id: `${id}_${key}` },
			]),
		),
	};
}
