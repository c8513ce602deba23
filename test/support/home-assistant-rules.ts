import { z } from 'zod';

/**
 * What Home Assistant takes, from its documentation:
 * https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload (the message, ids, origin, availability),
 * https://www.home-assistant.io/integrations/{binary_sensor,sensor,event,switch,button}.mqtt/ (keys of each),
 * https://www.home-assistant.io/integrations/{binary_sensor,sensor}/#device-class (classes and their units) and
 * https://developers.home-assistant.io/docs/core/entity/#registry-properties (categories).
 * Only keys that are used are let through: Home Assistant itself ignores others without a word.
 */
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const topic = z.string().regex(/^[^+#]+$/);
const template = z.string().regex(/^\{\{ .+ \}\}$/);
const qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);

const availability = z.array(
	z.strictObject({
		topic,
		value_template: template.optional(),
		payload_available: z.string().optional(),
		payload_not_available: z.string().optional(),
	}),
);

const common = {
	unique_id: id,
	name: z.string().min(1),
	qos: qos.optional(),
	availability: availability.optional(),
	availability_mode: z.enum(['all', 'any', 'latest']).optional(),
	json_attributes_topic: topic.optional(),
	json_attributes_template: template.optional(),
};

const binarySensor = z.strictObject({
	p: z.literal('binary_sensor'),
	...common,
	// A reading is never configuration.
	entity_category: z.literal('diagnostic').optional(),
	state_topic: topic,
	value_template: template.optional(),
	device_class: z.enum(['connectivity', 'problem', 'running', 'motion', 'occupancy', 'safety', 'tamper']).optional(),
	payload_on: z.string().optional(),
	payload_off: z.string().optional(),
});

/** Units that a device class takes; a class without units takes none. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
	duration: ['d', 'h', 'min', 's', 'ms', 'µs'],
	timestamp: [],
	enum: [],
	data_size: ['B', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB'],
};

const sensor = z
	.strictObject({
		p: z.literal('sensor'),
		...common,
		entity_category: z.literal('diagnostic').optional(),
		state_topic: topic,
		value_template: template.optional(),
		device_class: z.enum(Object.keys(UNITS) as [string, ...string[]]).optional(),
		state_class: z.enum(['measurement', 'total', 'total_increasing']).optional(),
		unit_of_measurement: z.string().min(1).optional(),
		options: z.array(z.string()).min(1).optional(),
	})
	.refine(({ device_class, options }) => (device_class === 'enum') === (options !== undefined), 'options go with enum')
	.refine(
		({ device_class, state_class, unit_of_measurement }) =>
			device_class !== 'enum' || (state_class === undefined && unit_of_measurement === undefined),
		'enum has neither state class nor unit',
	)
	.refine(
		({ device_class, unit_of_measurement: unit }) =>
			device_class === undefined ||
			(UNITS[device_class]!.length === 0
				? unit === undefined
				: unit !== undefined && UNITS[device_class]!.includes(unit)),
		'the unit is not one of the device class',
	);

const event = z.strictObject({
	p: z.literal('event'),
	...common,
	entity_category: z.literal('diagnostic').optional(),
	state_topic: topic,
	value_template: template.optional(),
	device_class: z.enum(['button', 'doorbell', 'motion']).optional(),
	event_types: z.array(z.string().min(1)).min(1),
});

const commanding = { ...common, entity_category: z.enum(['config', 'diagnostic']).optional(), command_topic: topic };

const switching = z.strictObject({
	p: z.literal('switch'),
	...commanding,
	state_topic: topic.optional(),
	value_template: template.optional(),
	payload_on: z.string().optional(),
	payload_off: z.string().optional(),
	state_on: z.string().optional(),
	state_off: z.string().optional(),
});

const button = z.strictObject({ p: z.literal('button'), ...commanding, payload_press: z.string().optional() });

export const component = z.discriminatedUnion('p', [binarySensor, sensor, event, switching, button]);

export const deviceDiscovery = z.strictObject({
	dev: z.strictObject({
		ids: z.array(z.string().min(1)).min(1),
		name: z.string().min(1),
		mf: z.string().optional(),
		mdl: z.string().optional(),
		sw: z.string().optional(),
		via_device: z.string().optional(),
	}),
	o: z.strictObject({ name: z.string().min(1), sw: z.string().optional(), url: z.url().optional() }),
	availability,
	availability_mode: z.enum(['all', 'any', 'latest']),
	cmps: z.record(z.string().min(1), component),
});

export type DeviceDiscovery = z.infer<typeof deviceDiscovery>;
export type DiscoveredComponent = z.infer<typeof component>;

/** `<prefix>/device/<id>/config` */
export const DISCOVERY_TOPIC = /^(?:[^+#/]+\/)+device\/[a-zA-Z0-9_-]+\/config$/;
