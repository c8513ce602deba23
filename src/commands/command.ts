import type { Secrets } from '../core/secrets.ts';

/** What a command is given besides its arguments. */
export interface CommandIo {
	readonly stdout: Output;
	readonly stderr: Output;
	/** Aborted by SIGINT and SIGTERM, and when nobody reads `stdout` any more. */
	readonly signal: AbortSignal;
	readonly env: NodeJS.ProcessEnv;
	/** Every error that is shown passes through it: a command that reads a configuration adds what it finds. */
	readonly secrets: Secrets;
}

export interface Output {
	write(text: string): unknown;
	readonly isTTY?: boolean;
	readonly fd?: number;
}

/** Resolves to the exit code. @throws ForeframeError for what a person can put right. */
export type RunCommand = (args: string[], io: CommandIo) => Promise<number>;

export interface CommandModule {
	readonly run: RunCommand;
	/** Printed for `--help`; a command without one prints its own. */
	readonly help?: string;
}

export interface CommandEntry {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** Loaded only when it is used, so that a light command does not load native libraries. */
	readonly load: () => Promise<CommandModule>;
	/** Works until it is stopped: when nobody reads its output any more it ends, as a failure. */
	readonly lasts?: true;
}

/** sysexits.h, as far as it fits; what systemd's RestartPreventExitStatus= is set to is `config`. */
export const EXIT = { ok: 0, failure: 1, usage: 64, unavailable: 69, bug: 70, interrupted: 75, config: 78 } as const;
