import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
const NETWORK = `const { smallNetwork, smallNetworkOnnx } = await import(${at('test/support/small-network.ts')});`;
const CASES = {
	'in this process': `
		const { openSession } = await import(${at('src/onnx/session.ts')});
		await using session = await openSession(smallNetworkOnnx(1), { name: 'small' });`,
	'in an inference thread': `
		const { openInference } = await import(${at('src/onnx/inference.ts')});
		const options = { provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 };
		await using inference = await openInference(options, { observe: () => {} });
		await using model = await inference.load(smallNetwork());`,
};

for (const [where, script] of Object.entries(CASES)) {
	test(`a network that is loaded ${where} does not start the telemetry of onnxruntime`, async () => {
		await using folder = await temporaryFolder();
		await using scripts = await temporaryFolder();
		const file = join(scripts.path, 'load.mjs');
		await writeFile(file, NETWORK + script);
		// Without what would suppress it anyway, on a build server.
		const { PATH, HOME } = process.env;
		execFileSync(process.execPath, [file], { env: { PATH, HOME, TMPDIR: folder.path } });
		assert.deepEqual(await readdir(folder.path), [], 'it keeps its session and log there');
	});
}
