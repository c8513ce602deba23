import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { dashboardFiles, dashboardSchema, dashboards } from '../support/dashboards.ts';

const provisioning = (name: string) =>
	parse(
		readFileSync(fileURLToPath(new URL(`../../config/grafana/provisioning/${name}`, import.meta.url)), 'utf8'),
	) as Record<string, Record<string, unknown>[]>;

test('the dashboards have what Grafana needs, each in the file of its uid and with no id of its own', () => {
	assert.deepEqual(
		dashboardFiles().map(({ name }) => name),
		['foreframe-camera.json', 'foreframe-daemon.json', 'foreframe-fleet.json', 'foreframe-learning.json'],
	);
	for (const { name, content } of dashboardFiles()) {
		const result = dashboardSchema.safeParse(content);
		assert.ok(result.success, `${name}: ${result.error}`);
		assert.equal(`${result.data.uid}.json`, name);
		assert.ok(!Object.hasOwn(content as object, 'id'), 'provisioning gives it one');
	}
});

test('no panel lies over another, and each has its own id', () => {
	for (const { uid, panels } of dashboards()) {
		assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, uid);
		for (const [index, { title, gridPos: a }] of panels.entries()) {
			for (const { title: other, gridPos: b } of panels.slice(index + 1)) {
				const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
				assert.ok(apart, `${uid}: "${title}" lies over "${other}"`);
			}
		}
	}
});

test('every variable that is used is there, and every one that is there is used', () => {
	for (const dashboard of dashboards()) {
		const declared = dashboard.templating.list.map(({ name }) => name as string);
		const own = JSON.stringify({ ...dashboard, links: [] });
		const used = new Set(
			[...own.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!).filter((name) => !name.startsWith('__')),
		);
		assert.deepEqual([...used].toSorted(), declared.toSorted(), dashboard.uid);
	}
});

test('links lead to dashboards that there are', () => {
	const uids = dashboards().map(({ uid }) => uid);
	const links = dashboardFiles().flatMap(({ content }) => [...JSON.stringify(content).matchAll(/"\/d\/([\w-]+)/g)]);
	assert.ok(links.length > 0);
	for (const [, uid] of links) assert.ok(uids.includes(uid!), `${uid}`);
});

test('a data source and a provider of dashboards are provisioned', () => {
	const [source] = provisioning('datasources/foreframe.yml')['datasources']!;
	assert.equal(source?.['type'], 'prometheus');
	assert.match(String(source?.['uid']), /^[a-z-]{1,40}$/);
	const [provider] = provisioning('dashboards/foreframe.yml')['providers']!;
	assert.equal(provider?.['type'], 'file');
});
