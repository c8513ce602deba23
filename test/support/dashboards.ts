import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../config/grafana/dashboards', import.meta.url));

/** The shipped dashboards use this data source by a variable, so that they can be imported beside others. */
const dataSource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) });

const thresholds = z.strictObject({
	mode: z.literal('absolute'),
	steps: z
		.array(z.strictObject({ color: z.string(), value: z.number().nullable() }))
		.min(1)
		.refine(([first]) => first?.value === null, 'the first step has no value'),
});

const panel = z.object({
	id: z.int().positive(),
	type: z.enum(['stat', 'timeseries', 'state-timeline', 'bargauge']),
	title: z.string().min(3).max(60),
	description: z.string().min(15),
	datasource: dataSource,
	gridPos: z
		.strictObject({
			x: z.int().min(0),
			y: z.int().min(0),
			w: z.int().min(1).max(24),
			h: z.int().min(2),
		})
		.refine(({ x, w }) => x + w <= 24, 'the grid is 24 wide'),
	fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1), thresholds }), overrides: z.array(z.never()) }),
	options: z.record(z.string(), z.unknown()),
	targets: z
		.array(
			z.object({
				refId: z.string().regex(/^[A-Z]$/),
				datasource: dataSource,
				expr: z.string().min(1),
				legendFormat: z.string().min(1),
				instant: z.boolean(),
				range: z.boolean(),
			}),
		)
		.min(1)
		.refine((targets) => new Set(targets.map(({ refId }) => refId)).size === targets.length, 'each refId once'),
});

const variable = z.discriminatedUnion('type', [
	z.object({ type: z.literal('datasource'), name: z.literal('datasource'), query: z.literal('prometheus') }),
	z.object({
		type: z.literal('query'),
		name: z.enum(['instance', 'camera']),
		datasource: dataSource,
		definition: z.string(),
		query: z.object({ query: z.string().regex(/^label_values\(.+, \w+\)$/), refId: z.string() }),
	}),
]);

/** What Grafana's provisioning and classic dashboard model need; from its JSON model's documentation. */
export const dashboardSchema = z.object({
	uid: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
	title: z.string().min(1),
	description: z.string().min(1),
	tags: z.array(z.string()),
	schemaVersion: z.int().min(36),
	version: z.int(),
	refresh: z.string().regex(/^\d+[smh]$/),
	time: z.strictObject({ from: z.string().startsWith('now-'), to: z.literal('now') }),
	templating: z.strictObject({ list: z.array(variable).min(1) }),
	annotations: z.strictObject({ list: z.array(z.unknown()) }),
	links: z.array(z.unknown()),
	panels: z.array(panel).min(1),
});

export type Dashboard = z.infer<typeof dashboardSchema>;

/** The files as they are, by name. */
export function dashboardFiles(): readonly { readonly name: string; readonly content: unknown }[] {
	return globSync('*.json', { cwd: FOLDER })
		.sort()
		.map((name) => ({ name, content: JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) }));
}

/** Every shipped dashboard. @throws ZodError where one is not what Grafana needs. */
export function dashboards(): readonly Dashboard[] {
	return dashboardFiles().map(({ content }) => dashboardSchema.parse(content));
}
