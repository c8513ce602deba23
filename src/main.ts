#!/usr/bin/env node
import { EXIT } from './commands/command.ts';
import { runCommandLine } from './commands/command-line.ts';
import { COMMANDS } from './commands/list.ts';
import { abortOnLostReader } from './commands/lost-reader.ts';
import { abortOnSignals } from './commands/signals.ts';
import { createSecrets } from './core/secrets.ts';
import { VERSION } from './version.ts';

const NODE_MIN = 26;

const secrets = createSecrets();
const args = process.argv.slice(2);
const stopped = abortOnSignals(process, (code) => process.exit(code));
const unread = abortOnLostReader(process.stdout);
const lasts = COMMANDS.some((command) => command.name === args[0] && command.lasts === true);
// `foreframe … | head` has read enough; a daemon without a log stops in an orderly way, as a failure.
if (!lasts) unread.addEventListener('abort', () => process.exit(EXIT.ok));
const signal = AbortSignal.any([stopped, unread]);
// Nobody is left to be told.
abortOnLostReader(process.stderr);
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
	args,
	{ stdout: process.stdout, stderr: process.stderr, signal, env: process.env, secrets },
	{ commands: COMMANDS, version: VERSION },
);
