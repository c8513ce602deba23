import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressBar } from '../../../src/commands/progress-bar.ts';

test('A terminal sees how far the work is and what is left, a few times a second, the end always', () => {
	let nowMs = 1000;
	const written: string[] = [];
	const show = progressBar('evaluate', { isTTY: true, write: (text) => written.push(text) }, () => nowMs);
	show(0);
	nowMs += 100;
	show(0.1);
	nowMs += 30_000 - 100;
	show(0.25);
	nowMs += 1;
	show(1);
	assert.deepEqual(
		written.map((text) => text.replace('\r\u001b[2K', '')),
		[
			`evaluate ${'░'.repeat(30)} 0 % `,
			`evaluate ${'█'.repeat(8)}${'░'.repeat(22)} 25 % 1:30 left`,
			`evaluate ${'█'.repeat(30)} 100 % done\n`,
		],
	);
});

test('Nothing is drawn into a file', () => {
	progressBar('evaluate', { write: () => assert.fail('a file is no terminal') })(1);
});
