import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { openAnnouncedTopics } from '../../../src/record/announced-topics.ts';
import { configFolder } from '../../support/config-folder.ts';

test('what was saved is there for the next daemon', async () => {
	await using folder = await configFolder();
	const first = await openAnnouncedTopics(folder.path, () => {});
	assert.deepEqual(first.before, []);
	await first.save(['a/device/b/config', 'a/device/c/config']);
	await first.save(['a/device/c/config']);
	assert.deepEqual((await openAnnouncedTopics(folder.path, () => {})).before, ['a/device/c/config']);
});

test('a damaged file is told and begins anew', async () => {
	for (const damage of ['{"topics": ["a', '{"topics": 3}']) {
		await using folder = await configFolder();
		const events: DaemonEvent[] = [];
		await writeFile(join(folder.path, 'announced-topics.json'), damage);
		const { before } = await openAnnouncedTopics(folder.path, (event) => void events.push(event));
		assert.deepEqual(before, []);
		assert.match(JSON.stringify(events), /is damaged and begins anew/);
	}
});

test('a folder that takes nothing has a code', async () => {
	const { save } = await openAnnouncedTopics('/nowhere/at/all', () => {});
	await assert.rejects(save(['a']), { code: 'STORE_FAILED' });
});
