// The one quick gate: format, lint, types, structure, unit tests. `npm run check`.
import { spawnSync } from 'node:child_process';
import { unitTests } from './support/test-files.ts';

const steps: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
	['format and lint', 'biome', ['ci', '--error-on-warnings', '.']],
	['types', 'tsc', ['--noEmit']],
	['structure and unit tests', process.execPath, ['--test', '--test-reporter=dot', ...unitTests()]],
];

for (const [name, command, args] of steps) {
	const startedAt = performance.now();
	const { status } = spawnSync(command, args, { stdio: 'inherit' });
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
	process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
	if (status !== 0) process.exit(1);
}
