// Everything that is tested. `npm test` installs the peers it needs with apt-get where it may, else says what to install.
import { spawnSync } from 'node:child_process';
import { installPeers } from './support/install-peers.ts';
import { integrationTests, unitTests } from './support/test-files.ts';

installPeers();

const quick = ['--test', '--test-reporter=spec'];
// Integration tests share two cores and the clock: one file at a time keeps their timings honest.
const serial = [...quick, '--test-concurrency=1', '--test-timeout=600000'];
const runs: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
	['format and lint', 'biome', ['ci', '--error-on-warnings', '.']],
	['types', 'tsc', ['--noEmit']],
	['tests', process.execPath, [...serial, ...unitTests(), ...integrationTests()]],
];
let failed = false;
for (const [name, command, args] of runs) {
	process.stdout.write(`\n# ${name}\n`);
	if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) {
		process.stdout.write(`# ${name}: failed\n`);
		failed = true;
	}
}
process.exit(failed ? 1 : 0);
