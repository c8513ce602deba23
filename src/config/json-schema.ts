import { z } from 'zod';
import { configSchema } from './schema.ts';

/** `config/schema.json`: the configuration as JSON Schema, for editors. */
export function configJsonSchema(): Record<string, unknown> {
	const schema = z.toJSONSchema(configSchema, {
		io: 'input',
		target: 'draft-7',
		override: ({ zodSchema, jsonSchema }) => {
			// A source may be its address alone, which is written out before the schema sees it.
			if (!isSource(zodSchema)) return;
			const { description, oneOf, anyOf, ...rest } = jsonSchema;
			for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
			const address = { type: 'string', pattern: '^rtsps?://', description: 'Address of an RTSP stream' } as const;
			Object.assign(jsonSchema, rest, { description, anyOf: [address, ...(oneOf ?? anyOf ?? [])] });
		},
	});
	return { ...schema, title: 'Foreframe configuration' };
}

function isSource(schema: unknown): boolean {
	return schema instanceof z.ZodDiscriminatedUnion && schema.def.discriminator === 'kind';
}
