import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { EXAMPLE_CAMERA, exampleYaml } from '../../../src/config/example.ts';
import { configJsonSchema } from '../../../src/config/json-schema.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { formatProblem } from '../../../src/config/problem.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { configFolder } from '../../support/config-folder.ts';

const committed = (name: string) => readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8');

test('The committed example and JSON schema are what the schema makes of itself (npm run generate)', () => {
	assert.equal(committed('foreframe.example.yaml'), exampleYaml());
	assert.deepEqual(JSON.parse(committed('schema.json')), JSON.parse(JSON.stringify(configJsonSchema())));
});

test('The example loads without a warning and says the defaults', async () => {
	await using folder = await configFolder();
	const path = await folder.write('foreframe.yaml', committed('foreframe.example.yaml'));
	const result = await loadConfig(path, { env: {}, models: folder.models });
	assert.ok(result.kind === 'loaded', result.kind === 'refused' ? result.problems.map(formatProblem).join('\n') : '');
	assert.deepEqual(result.warnings, []);
	assert.deepEqual(configSchema.parse(parse(exampleYaml())), configSchema.parse({ cameras: EXAMPLE_CAMERA }));
});

test('Every key of the schema stands in the example, with a comment above it', () => {
	const lines = exampleYaml().split('\n');
	const keys = JSON.stringify(configJsonSchema()).matchAll(
		/"([A-Za-z]+)":\{(?:"default":[^,]+,)?"(?:description|type|anyOf|allOf)"/g,
	);
	const names = new Set(
		[...keys]
			.map((match) => match[1]!)
			.filter((name) => !['properties', 'additionalProperties', 'propertyNames', 'items'].includes(name)),
	);
	assert.ok(names.size > 30, `only ${names.size} keys were found`);
	for (const name of names) {
		const index = lines.findIndex((line) => new RegExp(`^[\\s#-]*${name}:`).test(line));
		if (['width', 'height'].includes(name)) continue;
		assert.ok(index > 0, `${name} is not in the example`);
		const commented = /^\s*#/.test(lines[index - 1]!) || ['kind', 'name'].includes(name);
		assert.ok(commented, `${name} has no comment: ${lines[index - 1]}`);
	}
});

test('The variants behind a # are valid when the # is taken away', () => {
	const lines = exampleYaml().split('\n');
	for (const kind of ['file', 'images']) {
		const from = lines.findIndex((line) => line.trim() === `# kind: ${kind}`);
		const block: string[] = [];
		for (const line of lines.slice(from)) {
			if (!/^ {6}# (?!or:)/.test(line)) break;
			block.push(line.replace(/^ {6}# /, ''));
		}
		const source = parse(block.join('\n')) as Record<string, unknown>;
		assert.equal(source['kind'], kind);
		assert.ok(configSchema.safeParse({ cameras: { a: { source } } }).success, block.join('\n'));
	}
});
