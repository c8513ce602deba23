import { execFile } from 'node:child_process';

export type ProgramResult =
	| { readonly kind: 'ok'; readonly stdout: string }
	| { readonly kind: 'absent' }
	| { readonly kind: 'failed'; readonly reason: string };

/** Runs a program to its end, at most `timeoutMs`. */
export function runProgram(
	command: string,
	args: readonly string[],
	{ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProgramResult> {
	const { promise, resolve } = Promise.withResolvers<ProgramResult>();
	execFile(command, [...args], { timeout: timeoutMs, signal, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
		if (error === null) return resolve({ kind: 'ok', stdout });
		if (error.code === 'ENOENT') return resolve({ kind: 'absent' });
		if (error.killed) return resolve({ kind: 'failed', reason: `it did not end within ${timeoutMs / 1000} s` });
		if (error.signal) return resolve({ kind: 'failed', reason: `it was ended by ${error.signal}` });
		resolve({ kind: 'failed', reason: firstErrorLine(stderr) ?? `exit code ${error.code}` });
	});
	return promise;
}

function firstErrorLine(stderr: string): string | null {
	const lines = stderr.split('\n').map((line) => line.trim());
	return lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== '') ?? null;
}
