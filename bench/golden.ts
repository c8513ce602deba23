// Writes the golden windows of models again (foreframe learn does so for every model it makes), or with --check runs them.
//
//   node bench/golden.ts [--check] [models/mnad-compact/10fps ...]
import { parseArgs } from 'node:util';
import { selfTest } from '../src/detect/golden.ts';
import { readGolden } from '../src/detect/golden-file.ts';
import { openMnad } from '../src/detect/mnad/mnad.ts';
import { readModel } from '../src/detect/mnad/model.ts';
import { writeGolden } from '../src/learn/write-golden.ts';
import { openInference } from '../src/onnx/inference.ts';
import { printTable } from './support.ts';

const { values, positionals } = parseArgs({
	options: { check: { type: 'boolean', default: false } },
	allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals : ['models/mnad-compact/5fps', 'models/mnad-compact/10fps'];
for (const folder of folders) {
	if (values.check) {
		await check(folder);
		continue;
	}
	const { expected, model } = await writeGolden(folder);
	console.log(`${folder} ${model.sha256.slice(0, 12)}:`);
	printTable(expected.map((said, index) => ({ window: index + 1, ...Object.fromEntries(said) })));
}

async function check(folder: string): Promise<void> {
	const model = await readModel(folder);
	const golden = await readGolden(folder, model.manifest.sha256);
	if (golden === null) throw new Error(`${folder} has no golden windows: write them without --check`);
	await using inference = await openInference(
		{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
		{ observe: () => {} },
	);
	await using detector = openMnad({ model, memory: 'online', inference });
	await selfTest(detector, golden);
	console.log(`${folder} ${model.manifest.sha256.slice(0, 12)}: as it was made`);
}
