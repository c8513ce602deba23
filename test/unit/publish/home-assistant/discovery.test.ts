import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { cameraId } from '../../../../src/core/units.ts';
import { discoveryMessages } from '../../../../src/publish/home-assistant/discovery.ts';
import { TOPICS } from '../../../../src/publish/wire.ts';
import {
	type DeviceDiscovery,
	DISCOVERY_TOPIC,
	type DiscoveredComponent,
	deviceDiscovery,
} from '../../../support/home-assistant-rules.ts';

const CAMERAS = [
	{ id: cameraId('yard'), name: 'Yard', learns: true, scheduled: true },
	{ id: cameraId('yard_alarm'), name: 'Yard alarm', learns: false, scheduled: false },
];

test('every message keeps the rules of device discovery, below the prefix', () => {
	const messages = discovered();
	assert.deepEqual(
		[...messages.keys()],
		[
			'homeassistant/device/foreframe/config',
			'homeassistant/device/foreframe_yard/config',
			'homeassistant/device/foreframe_yard_alarm/config',
		],
	);
	for (const topic of discovered('site/one', 'ha/two').keys()) {
		assert.match(topic, DISCOVERY_TOPIC);
		assert.match(topic, /^ha\/two\/device\/site_one/);
	}
});

test('ids are there once, and a camera hangs on the daemon', () => {
	const messages = [...discovered().values()];
	const ids = messages.flatMap(({ cmps }) => Object.values(cmps).map(({ unique_id }) => unique_id));
	assert.equal(new Set(ids).size, ids.length);
	assert.ok(ids.length > 20);
	const [daemon, ...cameras] = messages.map(({ dev }) => dev);
	for (const camera of cameras) assert.equal(camera.via_device, daemon!.ids[0]);
});

test('every topic is one of docs/mqtt.md, in its direction, and every field of a template is in its schema', () => {
	for (const { cmps, availability } of discovered().values()) {
		for (const component of Object.values(cmps)) {
			if ('command_topic' in component) commandSchema(component);
			const reads = [
				...[...availability, ...(component.availability ?? [])].map((one) => [one.topic, one.value_template] as const),
				...('state_topic' in component && component.state_topic !== undefined
					? [[component.state_topic, component.value_template] as const]
					: []),
				...(component.json_attributes_topic === undefined
					? []
					: [[component.json_attributes_topic, component.json_attributes_template] as const]),
			];
			for (const [topic, template] of reads) {
				const { schema } = ruleOf(topic, 'out');
				const paths = [...(template ?? '').matchAll(/value_json\.([a-z_.]+)/g)].map(([, path]) => path!);
				if (template !== undefined) assert.ok(paths.length > 0, `${template} reads nothing`);
				for (const path of paths) assertHas(schema, path, `${topic}: ${path}`);
			}
		}
	}
});

test('what a switch and a button send is what the daemon takes there', () => {
	const [, yard, other] = [...discovered().values()];
	const sent = (message: DeviceDiscovery) =>
		Object.values(message.cmps).flatMap((component) => {
			const payloads =
				component.p === 'button'
					? [component.payload_press]
					: component.p === 'switch'
						? [component.payload_on, component.payload_off]
						: [];
			for (const payload of payloads) commandSchema(component).parse(payload);
			return payloads;
		});
	assert.deepEqual(sent(yard!).toSorted(), ['accept', 'armed', 'false-alarm', 'normal', 'now', 'paused', 'schedule']);
	assert.deepEqual(
		sent(other!).toSorted(),
		['accept', 'armed', 'false-alarm', 'normal', 'paused'],
		'what it cannot do',
	);
});

test('an event has a type of its own for what comes late', () => {
	for (const message of [...discovered().values()].slice(1)) {
		const [event] = Object.values(message.cmps).filter((component) => component.p === 'event');
		assert.deepEqual(event?.event_types, ['started', 'started_late', 'updated', 'updated_late', 'ended', 'ended_late']);
	}
});

function discovered(base = 'foreframe', prefix = 'homeassistant'): Map<string, DeviceDiscovery> {
	const messages = discoveryMessages({ base, prefix, version: '0.1.0', cameras: CAMERAS });
	return new Map(
		[...messages].map(([topic, message]) => [topic, deviceDiscovery.parse(JSON.parse(JSON.stringify(message)))]),
	);
}

function commandSchema(component: DiscoveredComponent): z.ZodType {
	assert.ok('command_topic' in component);
	return ruleOf(component.command_topic, 'in').schema;
}

function ruleOf(topic: string, direction: 'in' | 'out') {
	assert.ok(topic.startsWith('foreframe/'), topic);
	const general = topic.slice('foreframe/'.length).replace(/^camera\/[^/]+\//, 'camera/<id>/');
	const rule = TOPICS.find((one) => one.topic === general && one.direction === direction);
	assert.ok(rule, `${topic} is not a topic that goes ${direction}`);
	return rule;
}

function assertHas(schema: z.ZodType, path: string, what: string): void {
	let at: z.ZodType = schema;
	for (const key of path.split('.')) {
		assert.ok(at instanceof z.ZodObject, what);
		const below = at.shape[key] as z.ZodType | undefined;
		assert.ok(below, `${what} is not in the schema`);
		at = below;
	}
}
