import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';

const STAGES = ['ingest', 'inspect', 'window', 'score', 'alarm', 'record', 'publish', 'onnx', 'telemetry', 'web'];

/** Folder → folders it may import besides itself. `main.ts` and its neighbours may import all. */
const MAY_IMPORT: Record<string, readonly string[]> = {
	core: [],
	nn: [],
	...Object.fromEntries(STAGES.map((stage) => [stage, ['core']])),
	config: ['core'],
	tensorflow: ['core', 'onnx', 'nn'],
	detect: ['core', 'onnx', 'nn'],
	learn: ['core', 'ingest', 'window', 'detect', 'score', 'onnx', 'nn'],
	evaluate: ['core', 'ingest', 'window', 'detect', 'score', 'alarm', 'onnx'],
};

/** npm package → the one folder that may import it. */
const OWNER: Record<string, string> = {
	'node-av': 'ingest',
	'onnxruntime-node': 'onnx',
	'onnxruntime-common': 'onnx',
	mqtt: 'publish',
	aedes: 'publish',
	ws: 'publish',
	fastify: 'web',
	'prom-client': 'telemetry',
	pino: 'telemetry',
	yaml: 'config',
	protobufjs: 'nn',
	'@tensorflow/tfjs-core': 'nn',
	'@tensorflow/tfjs-backend-cpu': 'nn',
	'@tensorflow/tfjs-backend-wasm': 'nn',
};
const NO_PACKAGES = ['core'];
const LINES_MAX = 300;

interface Import {
	readonly file: string;
	readonly line: number;
	readonly specifier: string;
}

function importsOf(file: string): Import[] {
	const text = readFileSync(file, 'utf8');
	const pattern =
		/(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g;
	return [...text.matchAll(pattern)].map((match) => ({
		file,
		line: text.slice(0, match.index).split('\n').length,
		specifier: (match[1] ?? match[2] ?? match[3])!,
	}));
}

const sources = globSync('src/**/*.ts').sort();
const imports = sources.flatMap(importsOf);

function folderOf(file: string): string | null {
	const parts = relative('src', file).split(sep);
	return parts.length > 1 ? parts[0]! : null;
}

/** Folders that compose the others. */
const COMPOSERS = new Set(['commands', 'watch']);

test('a folder imports only what the table of the architecture allows', () => {
	const wrong: string[] = [];
	for (const { file, line, specifier } of imports) {
		if (!specifier.startsWith('.')) continue;
		const from = folderOf(file);
		if (from === null || COMPOSERS.has(from)) continue;
		const target = normalize(join(dirname(file), specifier));
		const to = folderOf(target);
		if (to === from) continue;
		const optionsFile = from === 'config' && target.endsWith(`${sep}options.ts`);
		if (optionsFile || (to !== null && (MAY_IMPORT[from] ?? []).includes(to))) continue;
		wrong.push(`${file}:${line} imports ${target}`);
	}
	assert.deepEqual(wrong, []);
});

test('a method folder of detect imports no other method', () => {
	const wrong: string[] = [];
	for (const { file, line, specifier } of imports) {
		if (!specifier.startsWith('.') || folderOf(file) !== 'detect') continue;
		const method = relative('src/detect', file).split(sep);
		const target = relative('src/detect', normalize(join(dirname(file), specifier))).split(sep);
		if (method.length < 2 || target.length < 2 || target[0] === '..') continue;
		if (method[0] === target[0] || target[0] === 'parts') continue;
		wrong.push(`${file}:${line} imports ${target.join('/')}`);
	}
	assert.deepEqual(wrong, []);
});

test('each npm package is imported by its owner folder only', () => {
	const wrong: string[] = [];
	for (const { file, line, specifier } of imports) {
		if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
		const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
		const from = folderOf(file);
		if (name === 'zod' && from !== null && !['core', 'nn'].includes(from)) continue;
		if (from !== null && OWNER[name] === from && !NO_PACKAGES.includes(from)) continue;
		wrong.push(`${file}:${line} imports ${name}`);
	}
	assert.deepEqual(wrong, []);
});

test('every folder of src is in the table', () => {
	const folders = new Set(sources.map(folderOf).filter((folder) => folder !== null));
	const unknown = [...folders].filter((folder) => !(folder in MAY_IMPORT) && !COMPOSERS.has(folder));
	assert.deepEqual(unknown, []);
});

test(`no source file is longer than ${LINES_MAX} lines`, () => {
	const long = sources
		.map((file) => [file, readFileSync(file, 'utf8').split('\n').length] as const)
		.filter(([, lines]) => lines > LINES_MAX);
	assert.deepEqual(long, []);
});

test('every unit test mirrors a source file', () => {
	const orphans = globSync('test/unit/**/*.test.ts').filter((file) => {
		const base = relative('test/unit', file).replace(/\.test\.ts$/, '');
		return !sources.some(
			(source) => relative('src', source) === `${base}.ts` || relative('src', source).startsWith(`${base}${sep}`),
		);
	});
	assert.deepEqual(orphans, []);
});
