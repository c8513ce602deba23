import {
	type Document,
	isAlias,
	isMap,
	isNode,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
	visit,
} from 'yaml';
import type { Problem } from './problem.ts';
import { syntaxFault } from './syntax-fault.ts';

/** Far beyond any configuration written by hand; keeps a wrong file (a video, a log) from being parsed. */
export const FILE_BYTES_MAX = 1024 * 1024;
const ALIASES_MAX = 100;

export interface Place {
	readonly line: number;
	readonly column: number;
}

/** A YAML file as plain values that know where they were written. */
export interface ConfigDocument {
	readonly file: string;
	/** Maps as objects, sequences as arrays; aliases and merge keys resolved. */
	readonly value: unknown;
	/** Where the value at this path is, or the deepest thing on the way to it that is there. */
	placeOfValue(path: readonly PropertyKey[]): Place;
	/** Where the last key of this path is, or the deepest thing on the way to it that is there. */
	placeOfKey(path: readonly PropertyKey[]): Place;
}

/** Reads YAML 1.2, one document; or says everything that is wrong with its syntax. */
export function readDocument(file: string, bytes: Uint8Array): ConfigDocument | readonly Problem[] {
	const whole = (message: string): readonly Problem[] => [
		{ severity: 'error', file, line: null, column: null, key: '', message },
	];
	if (bytes.length > FILE_BYTES_MAX) {
		return whole(`the file has ${bytes.length} bytes: wanted a configuration of at most ${FILE_BYTES_MAX}`);
	}
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return whole('the file is not text in UTF-8');
	}
	if (text.includes('\0')) return whole('the file is not text: it has a NUL in it');

	const lines = new LineCounter();
	let document: Document.Parsed;
	let value: unknown;
	try {
		document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
		const faults = [...document.errors, ...document.warnings];
		if (faults.length > 0) return faults.map((fault) => syntaxFault(file, placeAt(lines, fault.pos[0]), fault.code));
		const loose = looseAlias(document);
		if (loose !== null) return [syntaxFault(file, placeAt(lines, loose), 'BAD_ALIAS')];
		value = document.toJS({ maxAliasCount: ALIASES_MAX });
	} catch (error) {
		// The parser gives up on aliases that unfold without end and on nesting that is too deep for the stack.
		if (error instanceof ReferenceError)
			return whole(`its aliases (*name) unfold to too much: wanted at most ${ALIASES_MAX}`);
		if (error instanceof RangeError) return whole('it is nested too deeply');
		throw error;
	}
	if (document.contents === null || value === null || value === undefined) {
		return whole('it is empty: wanted at least `cameras:` with one camera');
	}
	if (!isMap(document.contents)) return whole(`wanted keys and values at the top level, got ${typeName(value)}`);

	const place = (path: readonly PropertyKey[], wanted: 'key' | 'value') =>
		placeAt(lines, offsetOf(document, path, wanted));
	return {
		file,
		value,
		placeOfValue: (path) => place(path, 'value'),
		placeOfKey: (path) => place(path, 'key'),
	};
}

/** Where the first alias stands that has no anchor before it; the parser would throw at it later without a place. */
function looseAlias(document: Document.Parsed): number | null {
	let offset: number | null = null;
	visit(document, {
		Alias: (_key, alias) => {
			if (alias.resolve(document) !== undefined) return undefined;
			offset = alias.range?.[0] ?? 0;
			return visit.BREAK;
		},
	});
	return offset;
}

function typeName(value: unknown): string {
	return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

function placeAt(lines: LineCounter, offset: number): Place {
	const { line, col } = lines.linePos(Math.max(0, offset));
	return { line: Math.max(1, line), column: Math.max(1, col) };
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], wanted: 'key' | 'value'): number {
	let node: Node | null = document.contents;
	let offset = node?.range?.[0] ?? 0;
	for (const [depth, step] of path.entries()) {
		const found = child(resolved(node, document), step);
		if (found === null) return offset;
		const last = depth === path.length - 1;
		offset = last && wanted === 'key' ? found.keyOffset : (startOf(found.value) ?? found.keyOffset);
		node = found.value;
	}
	return offset;
}

function resolved(node: Node | null, document: Document.Parsed): Node | null {
	return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function child(node: Node | null, step: PropertyKey): { keyOffset: number; value: Node | null } | null {
	if (isSeq(node)) {
		const item = node.items[Number(step)];
		return isNode(item) ? { keyOffset: item.range?.[0] ?? 0, value: item } : null;
	}
	if (!isMap(node)) return null;
	for (const { key, value } of node.items) {
		if (isScalar(key) && String(key.value) === String(step)) {
			return { keyOffset: key.range?.[0] ?? 0, value: isNode(value) ? value : null };
		}
	}
	return null;
}

/** Where a value begins; null for one that is not there (`key:` alone), whose key says more. */
function startOf(node: Node | null): number | null {
	if (node === null || (isScalar(node) && node.value === null && node.source === '')) return null;
	return node.range?.[0] ?? null;
}
