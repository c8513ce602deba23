// Learns in a child until it is killed: each event as a line on stdout. Arguments: the footage folder, the model's folder.
import { runLearningChild } from '../../src/learn/child.ts';

const [footage, out] = process.argv.slice(2);
await runLearningChild(
	{ footage: [footage!], out: out!, steps: 1_000_000, threads: 1, nice: 0 },
	{
		signal: new AbortController().signal,
		told: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
	},
);
