import type { z } from 'zod';
import { MASK, maskAddresses } from '../core/secrets.ts';
import type { ConfigDocument } from './document.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { keysAt, pathsToKey } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, as problems with their places: the first one of each key. */
export function schemaProblems(
	issues: readonly Issue[],
	schema: z.ZodType,
	value: unknown,
	document: ConfigDocument,
): readonly Problem[] {
	const problems = new Map<string, Problem>();
	for (const finding of issues.flatMap((issue) => findings(issue, schema, value))) {
		const { path, at, message } = finding;
		const place = at === 'key' ? document.placeOfKey(path) : document.placeOfValue(path);
		const key = path.map(String).join('.');
		if (problems.has(key)) continue;
		problems.set(key, { severity: 'error', file: document.file, ...place, key, message });
	}
	return [...problems.values()];
}

interface Finding {
	readonly path: readonly PropertyKey[];
	readonly at: 'key' | 'value';
	readonly message: string;
}

function findings(issue: Issue, schema: z.ZodType, value: unknown): readonly Finding[] {
	const { path } = issue;
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map((key) => ({
				path: [...path, key],
				at: 'key',
				message: unknownKey(key, path, schema, value),
			}));
		case 'invalid_key':
			return [
				{
					path,
					at: 'key',
					message: `${wanted(issue.issues[0]?.message ?? 'expected another key')}, got ${shown(path.at(-1), [])}`,
				},
			];
		case 'invalid_union':
			return unionFindings(issue, schema, value);
		default: {
			const seen = valueAt(value, path);
			if (seen === undefined) return [{ path, at: 'value', message: missing(issue) }];
			return [{ path, at: 'value', message: `${expectation(issue)}, got ${shown(seen, path)}${meant(issue, seen)}` }];
		}
	}
}

function unknownKey(key: string, path: readonly PropertyKey[], schema: z.ZodType, value: unknown): string {
	if (/passw|secret|token/i.test(key)) {
		return 'this key is not known; a password is not written here but in a file of its own, named by passwordFile';
	}
	const known = keysAt(schema, path, value);
	const near = nearest(key, known);
	if (near !== null) return `this key is not known; did you mean ${near}?`;
	const own = [...path, key].map(String);
	const elsewhere = pathsToKey(schema, key).filter((other) => !sameKey(other.split('.'), own));
	if (elsewhere.length > 0) return `this key is not known here; it belongs to ${elsewhere.join(' or ')}`;
	return `this key is not known here; known are ${known.join(', ')}`;
}

/** Whether a path with `<id>` steps means this one: the key of another variant is not elsewhere. */
function sameKey(pattern: readonly string[], path: readonly string[]): boolean {
	return pattern.length === path.length && pattern.every((step, index) => /^<.*>$/.test(step) || step === path[index]);
}

function unionFindings(
	issue: Extract<Issue, { code: 'invalid_union' }>,
	schema: z.ZodType,
	value: unknown,
): readonly Finding[] {
	const { path } = issue;
	const seen = valueAt(value, path);
	if ('options' in issue && Array.isArray(issue.options)) {
		const options = issue.options.map(String);
		if (seen === undefined) return [{ path, at: 'value', message: `missing: wanted ${oneOf(options)}` }];
		return [
			{ path, at: 'value', message: `wanted ${oneOf(options)}, got ${shown(seen, path)}${suggestion(seen, options)}` },
		];
	}
	// The variant whose outer form fits is the one that was meant: its findings are inside it, not about it as a whole.
	const inner = issue.errors.find((errors) => errors.every((error) => error.path.length > 0 || 'keys' in error));
	if (inner !== undefined) {
		return inner.flatMap((error) => findings({ ...error, path: [...path, ...error.path] }, schema, value));
	}
	const ways = issue.errors.map((errors) =>
		errors[0] === undefined ? '' : expectation(errors[0]).replace('wanted ', ''),
	);
	return [{ path, at: 'value', message: `wanted ${ways.join(', or ')}, got ${shown(seen, path)}` }];
}

function missing(issue: Issue): string {
	return `missing: ${expectation(issue)}`;
}

/** "wanted …": what would have been right. */
function expectation(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			if (issue.path.at(-1) === 'source') return 'wanted an address (rtsp://…), or kind and its options below it';
			return `wanted ${TYPES[issue.expected] ?? issue.expected}`;
		case 'invalid_value':
			return `wanted ${oneOf(issue.values.map(String))}`;
		case 'too_small':
			if (issue.origin === 'array' && issue.minimum === 1) return 'wanted at least one entry';
			return `wanted ${measure(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin)}`;
		case 'too_big':
			return `wanted ${measure(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin)}`;
		case 'not_multiple_of':
			return `wanted a multiple of ${issue.divisor}`;
		default:
			return wanted(issue.message);
	}
}

const TYPES: Record<string, string> = {
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	object: 'keys and values below it',
	record: 'keys and values below it',
	array: 'a list',
	tuple: 'a list',
};

function measure(origin: string): string {
	return origin === 'string' ? 'text of ' : '';
}

function unit(origin: string): string {
	return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

function wanted(message: string): string {
	return message.replace(/^expected/, 'wanted');
}

function meant(issue: Issue, seen: unknown): string {
	if (issue.code === 'invalid_value') return suggestion(seen, issue.values.map(String));
	if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof seen === 'number')
		return '; put it in quotes';
	return '';
}

function suggestion(seen: unknown, options: readonly string[]): string {
	const near = typeof seen === 'string' ? nearest(seen, options) : null;
	return near === null ? '' : `; did you mean ${near}?`;
}

function oneOf(options: readonly string[]): string {
	return options.length === 1 ? options[0]! : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}

/** A value in a message: short, on one line, and never one that may be a secret. */
function shown(value: unknown, path: readonly PropertyKey[]): string {
	if (path.some((step) => /passw|secret|token/i.test(String(step)))) return 'something else';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
	if (typeof value === 'object' && value !== null) return 'keys and values';
	const text = typeof value === 'string' ? JSON.stringify(withoutPassword(value)) : String(value);
	return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** An address so misspelt that it is not known as one may still have its password before the @. */
function withoutPassword(text: string): string {
	const masked = maskAddresses(text);
	return masked === text && text.includes('@') ? MASK + text.slice(text.lastIndexOf('@')) : masked;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	let here = value;
	for (const step of path) {
		if (typeof here !== 'object' || here === null) return undefined;
		here = Object.hasOwn(here, step) ? (here as Record<PropertyKey, unknown>)[step] : undefined;
	}
	return here;
}
