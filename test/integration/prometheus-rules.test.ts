import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { missing } from '../support/peers.ts';
import { ruleGroups } from '../support/prometheus.ts';

const FOLDER = fileURLToPath(new URL('../../config/prometheus', import.meta.url));
const skip = missing('promtool');

test('promtool takes the configuration and its rules', { skip }, () => {
	const { status, output } = promtool('check', 'config', 'prometheus.yml');
	assert.equal(status, 0, output);
	assert.match(output, /2 rule files found/);
});

test('every alert fires when it should, for what has the trouble alone, and is silent until then', { skip }, () => {
	const { status, output } = promtool('test', 'rules', 'foreframe.tests.yml');
	assert.equal(status, 0, output);
});

test('every alert has a case in which it fires and one in which it is silent', () => {
	const { tests } = parse(readFileSync(`${FOLDER}/foreframe.tests.yml`, 'utf8')) as {
		tests: { name: string; promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[];
	};
	for (const { alert } of alerts()) {
		const cases = tests.find(({ name }) => name === alert)?.promql_expr_test ?? [];
		assert.ok(cases.every(({ expr }) => expr.includes(`alertname="${alert}"`)));
		assert.deepEqual(cases.map(({ exp_samples }) => exp_samples.length).toSorted(), [0, 1], `${alert}`);
	}
});

test('every alert says how urgent it is, what it concerns, what is the matter and what to do', () => {
	const names = alerts().map(({ alert }) => alert);
	assert.ok(names.length > 0);
	assert.equal(new Set(names).size, names.length);
	for (const { alert, labels, annotations } of alerts()) {
		assert.match(alert ?? '', /^Foreframe[A-Z]/);
		assert.match(labels?.['severity'] ?? '', /^(critical|warning)$/, `${alert}`);
		assert.match(labels?.['concerns'] ?? '', /^(daemon|broker|camera|judgement)$/, `${alert}`);
		assert.ok((annotations?.['summary'] ?? '').length > 20, `${alert}`);
		assert.ok((annotations?.['description'] ?? '').length > 40, `${alert}`);
	}
});

function alerts() {
	return ruleGroups('foreframe.alerts.yml').flatMap(({ rules }) => rules);
}

function promtool(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
	const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8', timeout: 120_000 });
	return { status, output: stdout + stderr };
}
