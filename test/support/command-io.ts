import type { CommandIo } from '../../src/commands/command.ts';
import { createSecrets } from '../../src/core/secrets.ts';

export interface RecordedIo extends CommandIo {
	readonly out: () => string;
	readonly err: () => string;
	abort(): void;
}

/** What a command is given, remembering what it writes. */
export function recordedIo(env: NodeJS.ProcessEnv = {}): RecordedIo {
	let out = '';
	let err = '';
	const stopping = new AbortController();
	return {
		stdout: { write: (text) => (out += text) },
		stderr: { write: (text) => (err += text) },
		signal: stopping.signal,
		env,
		secrets: createSecrets(),
		out: () => out,
		err: () => err,
		abort: () => stopping.abort(),
	};
}
