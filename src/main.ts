#!/usr/bin/env node
import { EXIT } from './commands/command.ts';
import { runCommandLine } from './commands/command-line.ts';
import { COMMANDS } from './commands/list.ts';
import { abortOnSignals } from './commands/signals.ts';
import { createSecrets } from './core/secrets.ts';
import { VERSION } from './version.ts';

const NODE_MIN = 26;

const secrets = createSecrets();
const signal = abortOnSignals(process, (code) => process.exit(code));
// `foreframe … | head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
	process.exit(EXIT.ok);
});
process.on('uncaughtException', (error) => {
	process.stderr.write(
		`foreframe: this is a bug, please report it:\n${secrets.redact(error.stack ?? String(error))}\n`,
	);
	process.exit(EXIT.bug);
});

if (Number.parseInt(process.versions.node, 10) < NODE_MIN) {
	process.stderr.write(
		`foreframe: Cannot run on Node.js ${process.versions.node}: wanted ${NODE_MIN} or newer, which npm brings: npm run -s foreframe -- COMMAND\n`,
	);
	process.exit(EXIT.unavailable);
}

process.exitCode = await runCommandLine(
	process.argv.slice(2),
	{ stdout: process.stdout, stderr: process.stderr, signal, env: process.env, secrets },
	{ commands: COMMANDS, version: VERSION },
);
