import { stringify } from 'yaml';
import { z } from 'zod';
import { type ConfigInput, configSchema } from './schema.ts';
import { unwrapped } from './schema-walk.ts';

/** The one camera of the example; everything else in it is a default. */
export const EXAMPLE_CAMERA: ConfigInput['cameras'] = {
	front: { source: { kind: 'rtsp', url: 'rtsp://192.0.2.10:554/stream1' } },
};

/** What stands behind the # of keys that have no default. `*` is a camera's id. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
	'cameras.*.name': 'Front door',
	'cameras.*.size': '{ width: 256, height: 144 }',
	'cameras.*.source.username': 'viewer',
	'cameras.*.source.passwordFile': 'front-password',
	'cameras.*.source.path': 'footage',
	'cameras.*.source.framesPerSecond': '10',
	'cameras.*.score.calibration': 'front.calibration.json',
	'mqtt.username': 'foreframe',
	'mqtt.passwordFile': 'mqtt-password',
	'cameras.*.source.caFile': 'camera.pem',
	'mqtt.caFile': 'ca.pem',
	'mqtt.clientId': 'foreframe-1',
	'inference.tensorflowNode': '/usr/bin/node',
};

/** What stands behind the # of sections that have no default. */
const SAMPLES: Readonly<Record<string, unknown>> = {
	'cameras.*.masks': {
		clock: [
			[0, 0],
			[0.3, 0],
			[0.3, 0.06],
			[0, 0.06],
		],
	},
	'cameras.*.zones': {
		gate: {
			polygon: [
				[0.6, 0.4],
				[0.9, 0.4],
				[0.9, 1],
				[0.6, 1],
			],
			severity: 'rarity',
		},
	},
	'cameras.*.schedule': {
		timeZone: 'Europe/Berlin',
		armed: [{ days: ['mon-fri'], from: '18:00', to: '06:00' }],
	},
};

const HEAD = `# yaml-language-server: $schema=./schema.json
#
# Every key of Foreframe at its default. Made from the schema by \`npm run generate\`; copy it and keep what you change.
# Only \`cameras\` is needed, and of a camera only its source:
#
#   cameras:
#     front:
#       source: rtsp://192.0.2.10:554/stream1
#
# A key behind a # has no default, or belongs to another kind. Relative paths start from this file's folder.
`;

/** The text of `config/foreframe.example.yaml`. */
export function exampleYaml(): string {
	const defaults = configSchema.parse({ cameras: EXAMPLE_CAMERA });
	return `${HEAD}${keysOf(configSchema, defaults, [], 0).join('\n')}\n`;
}

function keysOf(schema: z.ZodObject, value: Record<string, unknown>, path: readonly string[], depth: number): string[] {
	return Object.entries(schema.shape).flatMap(([key, child]) =>
		keyLines(key, child as z.ZodType, value[key], [...path, key], depth),
	);
}

function keyLines(key: string, schema: z.ZodType, value: unknown, path: readonly string[], depth: number): string[] {
	const indent = '  '.repeat(depth);
	const inner = unwrapped(schema);
	const comment = commentOf(schema, inner, indent);
	const head = depth === 0 ? ['', ...comment] : comment;
	const sample = SAMPLES[path.join('.')];
	if (value === undefined && sample !== undefined) {
		const below = keyLines(key, inner, sample, path, depth).slice(commentOf(inner, inner, indent).length);
		return [...head, ...below.map((line) => `${indent}# ${line.slice(indent.length)}`)];
	}
	if (inner instanceof z.ZodArray && unwrapped(inner.element as z.ZodType) instanceof z.ZodObject) {
		return [
			...head,
			`${indent}${key}:`,
			...itemLines(inner.element as z.ZodObject, value as unknown[], path, depth + 1),
		];
	}
	if (inner instanceof z.ZodRecord && isObject(value)) {
		const [id, first] = Object.entries(value)[0]!;
		if (!isObject(first)) return [...head, `${indent}${key}:`, `${indent}  ${id}: ${inOneLine(first)}`];
		const below = keysOf(
			unwrapped(inner.valueType as z.ZodType) as z.ZodObject,
			first as Record<string, unknown>,
			[...path.slice(0, -1), key, '*'],
			depth + 2,
		);
		return [...head, `${indent}${key}:`, `${indent}  ${id}:`, ...below];
	}
	if (inner instanceof z.ZodObject && isObject(value)) {
		return [...head, `${indent}${key}:`, ...keysOf(inner, value, path, depth + 1)];
	}
	if (inner instanceof z.ZodDiscriminatedUnion && isObject(value)) {
		return [...head, `${indent}${key}:`, ...variantLines(inner, value, path, depth + 1)];
	}
	const placeholder = PLACEHOLDERS[path.join('.')];
	if (value === undefined) {
		const needed = !schema.safeParse(undefined).success;
		return [...head, `${indent}${needed ? '' : '# '}${key}: ${placeholder ?? '…'}`];
	}
	const live = `${indent}${key}: ${inOneLine(value)}`;
	return placeholder === undefined ? [...head, live] : [...head, live, `${indent}# ${key}: ${placeholder}`];
}

function itemLines(schema: z.ZodObject, items: readonly unknown[], path: readonly string[], depth: number): string[] {
	return items.flatMap((item) => {
		const lines = keysOf(schema, item as Record<string, unknown>, path, depth + 1);
		const first = lines.findIndex((line) => !line.trim().startsWith('#'));
		return lines.map((line, place) => (place === first ? line.replace(/ {2}(?=\S)/, '- ') : line));
	});
}

function inOneLine(value: unknown): string {
	return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
}

/** The variant that the value has, then the others behind a #. */
function variantLines(
	union: z.ZodDiscriminatedUnion,
	value: Record<string, unknown>,
	path: readonly string[],
	depth: number,
): string[] {
	const indent = '  '.repeat(depth);
	const key = union.def.discriminator;
	return (union.options as readonly z.ZodObject[]).flatMap((option) => {
		const name = String((option.shape[key] as z.ZodLiteral).value);
		if (name === value[key]) return keysOf(option, value, path, depth);
		const own = { [key]: name };
		const parsed = option.safeParse(own);
		const lines = keysOf(
			option,
			parsed.success ? (parsed.data as Record<string, unknown>) : defaultsOf(option, own),
			path,
			1,
		);
		return [`${indent}# or:`, ...lines.map((line) => `${indent}# ${line.slice(2)}`)];
	});
}

/** The defaults of an object whose other keys are required. */
function defaultsOf(schema: z.ZodObject, given: Record<string, unknown>): Record<string, unknown> {
	const entries = Object.entries(schema.shape).map(([key, child]) => {
		return [key, given[key] ?? (child as z.ZodType).safeParse(undefined).data] as const;
	});
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function commentOf(schema: z.ZodType, inner: z.ZodType, indent: string): string[] {
	const text = schema.description ?? inner.description;
	if (text === undefined) return [];
	const range =
		inner instanceof z.ZodEnum && inner.options.every((option) => text.includes(String(option))) ? '' : rangeOf(inner);
	return [`${indent}# ${text}${range === '' ? '' : ` (${range})`}`];
}

function rangeOf(schema: z.ZodType): string {
	if (schema instanceof z.ZodEnum) return schema.options.join(', ');
	if (!(schema instanceof z.ZodNumber)) return '';
	const { minValue, maxValue } = schema;
	const bounded = (value: number | null) =>
		value !== null && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER;
	if (bounded(minValue) && bounded(maxValue)) return `${minValue} to ${maxValue}`;
	return bounded(minValue) ? `from ${minValue}` : bounded(maxValue) ? `up to ${maxValue}` : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
