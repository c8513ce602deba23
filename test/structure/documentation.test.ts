import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { STREAM_FAILURES } from '../../src/core/camera-state.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { configFolder } from '../support/config-folder.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('docs/errors.md says of exactly the codes and reasons that there are what to do', () => {
	const rows = [...page('errors.md').matchAll(/^\| `([A-Za-z_-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)];
	const codes = rows.filter(([, name]) => /^[A-Z_]+$/.test(name!));
	const reasons = rows.filter(([, name]) => /^[a-z-]+$/.test(name!));
	assert.deepEqual(Object.fromEntries(codes.map(([, name, meaning]) => [name, meaning])), ERROR_CODES);
	assert.deepEqual(reasons.map(([, name]) => name).toSorted(), STREAM_FAILURES.toSorted());
	for (const [, name, , advice] of rows) assert.ok(advice!.length > 20, `${name} has no advice`);
});

test('The configurations in docs/configuration.md can be used', async () => {
	const blocks = [...page('configuration.md').matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent, text]) =>
		text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
	);
	assert.ok(blocks.length >= 2);
	for (const block of blocks) {
		await using folder = await configFolder();
		const path = await folder.write('f.yaml', block);
		const result = await loadConfig(path, { env: {}, models: folder.models });
		assert.equal(
			result.kind,
			'loaded',
			result.kind === 'refused' ? result.problems.map(formatProblem).join('\n') : block,
		);
	}
});
