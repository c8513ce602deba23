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
import { type FaultCode, syntaxFault } from './syntax-fault.ts';

/** Far beyond any configuration written by hand; keeps a wrong file (a video, a log) from being parsed. */
export const FILE_BYTES_MAX = 1024 * 1024;
const ALIASES_MAX = 100;
const SYNTAX_FAULTS_MAX = 5;

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
		document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', merge: true });
		const parsing = [...document.errors, ...document.warnings].map(({ pos, code }) => ({ offset: pos[0], code }));
		const faults = parsing.length > 0 ? parsing : structureFaults(document);
		if (faults.length > 0) return syntaxProblems(file, lines, faults);
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

interface Fault {
	readonly offset: number;
	readonly code: FaultCode;
}

/** What the parser takes and throws at, or warns of with the file's words, when it makes plain values. */
function structureFaults(document: Document.Parsed): readonly Fault[] {
	const faults: Fault[] = [];
	visit(document, {
		Alias: (_key, alias) => {
			if (alias.resolve(document) === undefined) faults.push({ offset: alias.range?.[0] ?? 0, code: 'BAD_ALIAS' });
		},
		Pair: (_key, { key, value }) => {
			if (!isScalar(key) || key.value === null) faults.push({ offset: offsetIn(key), code: 'NON_STRING_KEY' });
			else if (isMergeKey(key.value) && !isMergeable(value, document)) {
				faults.push({ offset: offsetIn(key), code: 'BAD_MERGE' });
			}
		},
	});
	return faults;
}

/** The parser has a symbol for it. */
function isMergeKey(value: unknown): boolean {
	return value === '<<' || (typeof value === 'symbol' && value.description === '<<');
}

function isMergeable(value: unknown, document: Document.Parsed): boolean {
	const source = isNode(value) ? resolved(value, document) : null;
	return (
		isMap(source) || (isSeq(source) && source.items.every((item) => isNode(item) && isMap(resolved(item, document))))
	);
}

function offsetIn(node: unknown): number {
	return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** One fault makes the parser stumble on: the first of each line, and not all of those. */
function syntaxProblems(file: string, lines: LineCounter, faults: readonly Fault[]): readonly Problem[] {
	const ofLine = new Map<number, Problem>();
	for (const { offset, code } of faults) {
		const place = placeAt(lines, offset);
		if (!ofLine.has(place.line)) ofLine.set(place.line, syntaxFault(file, place, code));
	}
	return [...ofLine.values()].slice(0, SYNTAX_FAULTS_MAX);
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
		if (isScalar(key) && !isMergeKey(key.value) && String(key.value) === String(step)) {
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
