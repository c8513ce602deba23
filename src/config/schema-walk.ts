import { z } from 'zod';

/** The keys that may stand in the object at `path`, given the whole value (its discriminators decide between variants). */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
	const found = schemaAt(schema, path, value);
	return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** The schema of the value at `path` without its wrappers; null where none is. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): z.ZodType | null {
	let here: z.ZodType | null = variant(unwrapped(schema), value);
	let inside = value;
	for (const step of path) {
		inside = isRecord(inside) || Array.isArray(inside) ? Reflect.get(inside, String(step)) : undefined;
		const next: z.ZodType | null = here === null ? null : childOf(here, step);
		if (next === null) return null;
		here = variant(unwrapped(next), inside);
	}
	return here;
}

/** The schema inside defaults and optionals. */
export function unwrapped(schema: z.ZodType): z.ZodType {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
		return unwrapped(schema.unwrap() as z.ZodType);
	}
	return schema;
}

/** Every path that leads to a key of this name, dots between its steps, `<id>` for a free one. */
export function pathsToKey(schema: z.ZodType, name: string): readonly string[] {
	const found = new Set<string>();
	const visit = (inner: z.ZodType, path: readonly string[]) => {
		const bare = unwrapped(inner);
		if (bare instanceof z.ZodObject) {
			for (const [key, child] of Object.entries(bare.shape)) {
				if (key === name) found.add([...path, key].join('.'));
				visit(child as z.ZodType, [...path, key]);
			}
		} else if (bare instanceof z.ZodRecord) visit(bare.valueType as z.ZodType, [...path, '<id>']);
		else if (bare instanceof z.ZodArray) visit(bare.element as z.ZodType, [...path, '<n>']);
		else if (bare instanceof z.ZodUnion) for (const option of bare.options) visit(option as z.ZodType, path);
	};
	visit(schema, []);
	return [...found];
}

function childOf(schema: z.ZodType, step: PropertyKey): z.ZodType | null {
	if (schema instanceof z.ZodObject) return (schema.shape[String(step)] as z.ZodType | undefined) ?? null;
	if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
	if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
	return null;
}

/** Of a union, the variant this value was meant for. */
function variant(schema: z.ZodType, value: unknown): z.ZodType | null {
	if (!(schema instanceof z.ZodUnion)) return schema;
	const objects = (schema.options as readonly z.ZodType[]).map(unwrapped).filter((one) => one instanceof z.ZodObject);
	if (!(schema instanceof z.ZodDiscriminatedUnion)) return isRecord(value) ? (objects[0] ?? null) : null;
	const key = schema.def.discriminator;
	const given = isRecord(value) ? value[key] : undefined;
	return objects.find((one) => (one.shape[key] as z.ZodType).safeParse(given).success) ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
