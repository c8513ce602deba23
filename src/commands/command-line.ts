import { nearest } from '../config/nearest.ts';
import { isAbort, isForeframeError } from '../core/errors.ts';
import { type CommandEntry, type CommandIo, EXIT } from './command.ts';
import { isReaderLost } from './lost-reader.ts';
import { columns, usage } from './options.ts';

/** Runs one command line and tells its failure; resolves to the exit code. */
export async function runCommandLine(
	args: readonly string[],
	io: CommandIo,
	{ commands, version }: { readonly commands: readonly CommandEntry[]; readonly version: string },
): Promise<number> {
	try {
		const code = await dispatch(args, io, commands, version);
		return isReaderLost(io.signal) ? EXIT.failure : code;
	} catch (error) {
		return tellFailure(original(error), io);
	}
}

async function dispatch(
	[name, ...args]: readonly string[],
	io: CommandIo,
	commands: readonly CommandEntry[],
	version: string,
): Promise<number> {
	switch (name) {
		case undefined:
			io.stderr.write(overview(commands));
			return EXIT.usage;
		case '--help':
		case '-h':
			return print(io, overview(commands));
		case 'help': {
			const about = args[0];
			return about === undefined ? print(io, overview(commands)) : dispatch([about, '--help'], io, commands, version);
		}
		case '--version':
		case '-v':
			return print(io, `${version}\n`);
	}
	const entry = commands.find((command) => command.name === name);
	if (entry === undefined) throw unknownCommand(name, commands);
	const { run, help } = await entry.load();
	if (help !== undefined && asksForHelp(args)) return print(io, help);
	return run([...args], io);
}

function overview(commands: readonly CommandEntry[]): string {
	const list = columns(commands.map(({ name, summary }) => [name, summary]));
	return `Foreframe watches fixed cameras and raises an alarm when one shows something it has not learned as normal.

Usage: foreframe COMMAND [OPTIONS]

Commands:
${list}
foreframe COMMAND --help tells a command's options, foreframe --version the version.
`;
}

function print(io: CommandIo, text: string): number {
	io.stdout.write(text);
	return EXIT.ok;
}

function asksForHelp(args: readonly string[]): boolean {
	const end = args.indexOf('--');
	const own = end === -1 ? args : args.slice(0, end);
	return own.includes('--help') || own.includes('-h');
}

function unknownCommand(name: string, commands: readonly CommandEntry[]) {
	const names = commands.map((command) => command.name);
	if (name.startsWith('-'))
		return usage(`Cannot use the option ${name} before a command: wanted foreframe COMMAND [OPTIONS]`);
	const near = nearest(name, names);
	return usage(
		`Cannot run the command ${name}: it is not known; ${near === null ? `known are ${names.join(', ')}` : `did you mean ${near}?`}`,
	);
}

/** Of an error that closing things covered with another one, the first. */
function original(error: unknown): unknown {
	return error instanceof SuppressedError ? original(error.suppressed) : error;
}

function tellFailure(error: unknown, { stderr, signal, secrets }: CommandIo): number {
	if (signal.aborted && isAbort(error)) return EXIT.failure;
	if (isForeframeError(error)) {
		stderr.write(`foreframe: ${secrets.redact(error.message).trimEnd()}\n`);
		if (error.code === 'USAGE') return EXIT.usage;
		return error.code === 'CONFIG_INVALID' || error.code === 'SECRET_UNREADABLE' ? EXIT.config : EXIT.failure;
	}
	const parseFault = argumentFault(error);
	if (parseFault !== null) {
		stderr.write(`foreframe: ${secrets.redact(parseFault)} (USAGE)\n`);
		return EXIT.usage;
	}
	const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
	stderr.write(`foreframe: this is a bug, please report it:\n${secrets.redact(stack)}\n`);
	return EXIT.bug;
}

/** What node:util's parseArgs throws in commands that use it by themselves. */
function argumentFault(error: unknown): string | null {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	return error instanceof Error && code.startsWith('ERR_PARSE_ARGS_')
		? error.message.replaceAll(/\s*\n\s*/g, ' ')
		: null;
}
