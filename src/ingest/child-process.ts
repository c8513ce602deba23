import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { describeError } from '../core/errors.ts';
import { StreamError } from './stream-failure.ts';

/** How long a child may take to say goodbye to its camera, and to follow SIGTERM. */
const GOODBYE_MS = 2000;
const TERMINATE_MS = 3000;
/** The end of what it wrote to its standard error, for the report of a crash. */
const STDERR_KEPT = 4000;

export interface StreamProcess extends AsyncDisposable {
	readonly child: ChildProcess;
	/** What it wrote to its standard error lately. */
	complaint(): string;
	/** How it ended, in words; waits for it. */
	ended(): Promise<string>;
}

/**
 * Starts the process that reads one stream. Disposal asks it to close (`sayGoodbye`), then SIGTERM, then SIGKILL, and is
 * done when the process is gone.
 * @throws StreamError when the program cannot be started.
 */
export async function startProcess(
	command: string,
	args: readonly string[],
	options: SpawnOptions,
	sayGoodbye: (child: ChildProcess) => void,
): Promise<StreamProcess> {
	const child = spawn(command, args, { ...options, env: bareEnvironment() });
	const exited = Promise.withResolvers<string>();
	child.once('exit', (code, signal) => exited.resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
	const started = Promise.withResolvers<void>();
	child.once('spawn', () => started.resolve());
	child.on('error', (error) => {
		started.reject(new StreamError('crashed', `Cannot start ${command}: ${describeError(error)}`));
	});
	// A child that is gone cannot be written to; its exit says so.
	child.stdin?.on('error', () => {});
	let complaint = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		complaint = (complaint + text).slice(-STDERR_KEPT);
	});
	await started.promise;
	return {
		child,
		complaint: () => complaint,
		ended: () => exited.promise,
		[Symbol.asyncDispose]: async () => {
			if (isGone(child)) return;
			sayGoodbye(child);
			if (await within(GOODBYE_MS, exited.promise)) return;
			child.kill('SIGTERM');
			if (await within(TERMINATE_MS, exited.promise)) return;
			child.kill('SIGKILL');
			await exited.promise;
		},
	};
}

/** Nothing of the daemon's environment that could hold a secret. */
function bareEnvironment(): NodeJS.ProcessEnv {
	const { PATH, LD_LIBRARY_PATH, TMPDIR } = process.env;
	return { PATH, LD_LIBRARY_PATH, TMPDIR, LC_ALL: 'C' };
}

function isGone(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null;
}

async function within(ms: number, ending: Promise<unknown>): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(() => resolve(false), ms);
	const ended = ending.then(() => true);
	try {
		return await Promise.race([ended, promise]);
	} finally {
		clearTimeout(timer);
	}
}
