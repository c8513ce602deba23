import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from './mosquitto.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A daemon that takes longer to stop is killed, and its exit code is null. */
const STOP_MAX_MS = 15_000;

export interface TestDaemon extends AsyncDisposable {
	readonly pid: number;
	readonly folder: string;
	readonly http: string;
	/** Its log, a line each, as it grows. */
	readonly lines: readonly string[];
	/** Resolves with the first line from `from` on that holds the pattern. @throws after `timeoutMs`, with the log. */
	line(pattern: RegExp, timeoutMs?: number, from?: number): Promise<string>;
	/** SIGINT; resolves to the exit code and how long it took. */
	stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
	metric(name: string): Promise<number>;
}

/** Runs the daemon as a child process with a configuration file of its own; state goes to a temporary folder. */
export async function startDaemon(config: Readonly<Record<string, unknown>>): Promise<TestDaemon> {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-daemon-'));
	const port = await freePort();
	const path = join(folder, 'foreframe.yaml');
	const full = {
		http: { port },
		record: { folder: join(folder, 'state') },
		log: { format: 'text' },
		...config,
	};
	await writeFile(path, stringify(full));
	const child = spawn(process.execPath, [MAIN, 'run', '--config', path], { stdio: ['ignore', 'pipe', 'pipe'] });
	const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
	const log = follow(child);
	const http = `http://127.0.0.1:${port}`;
	await log.line(/ready after/, 60_000);
	const stop = async () => {
		const startedAt = performance.now();
		if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
		const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS);
		const [code] = await exited;
		clearTimeout(killer);
		return { code, tookMs: performance.now() - startedAt };
	};
	return {
		pid: child.pid!,
		folder,
		http,
		lines: log.lines,
		line: log.line,
		stop,
		metric: async (name) => {
			const text = await (await fetch(`${http}/metrics`)).text();
			const found = text.split('\n').find((line) => line.startsWith(`${name} `));
			if (found === undefined) throw new Error(`There is no series ${name} in\n${text}`);
			return Number(found.slice(name.length + 1));
		},
		[Symbol.asyncDispose]: async () => {
			await stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

function follow(child: ChildProcess) {
	const lines: string[] = [];
	const checks = new Set<() => void>();
	for (const stream of [child.stdout!, child.stderr!]) {
		createInterface({ input: stream }).on('line', (line) => {
			lines.push(line);
			for (const check of checks) check();
		});
	}
	const line = (pattern: RegExp, timeoutMs = 30_000, from = 0): Promise<string> => {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		const timer = setTimeout(() => {
			checks.delete(check);
			reject(new Error(`No line ${pattern} within ${timeoutMs} ms in\n${lines.join('\n')}`));
		}, timeoutMs);
		const check = () => {
			const found = lines.slice(from).find((text) => pattern.test(text));
			if (found === undefined) return;
			clearTimeout(timer);
			checks.delete(check);
			resolve(found);
		};
		checks.add(check);
		check();
		return promise;
	};
	child.once('exit', (code) => {
		lines.push(`(exit ${code})`);
		for (const check of checks) check();
	});
	return { lines, line };
}
