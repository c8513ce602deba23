import { isAbort } from './errors.ts';

export interface Scope {
	/** Aborted when the scope's parent is, when a task throws, or when the body has ended. */
	readonly signal: AbortSignal;
	/** Runs a task that cannot outlive the scope. What it throws ends the scope, unless the scope is already ending. */
	spawn(name: string, task: (signal: AbortSignal) => Promise<void>): void;
}

/**
 * Runs `body`, then ends every task it spawned and waits for them. The first error of the body or a task aborts the rest
 * and is thrown when all have stopped; aborts that follow from it are not errors.
 * The body's end aborts the tasks: a body that should last as long as its tasks awaits what they wait for.
 */
export async function scope<Result>(parent: AbortSignal, body: (scope: Scope) => Promise<Result>): Promise<Result> {
	const ending = new AbortController();
	const signal = AbortSignal.any([parent, ending.signal]);
	const tasks = new Set<Promise<void>>();
	const failures: unknown[] = [];
	const fail = (error: unknown) => {
		if (!(signal.aborted && isAbort(error))) failures.push(error);
		ending.abort();
	};
	const spawn = (_name: string, task: (signal: AbortSignal) => Promise<void>) => {
		const running: Promise<void> = (async () => task(signal))()
			.catch(fail)
			.finally(() => tasks.delete(running));
		tasks.add(running);
	};
	let result: { readonly value: Result } | undefined;
	let bodyAbort: unknown;
	try {
		result = { value: await body({ signal, spawn }) };
	} catch (error) {
		if (signal.aborted && isAbort(error)) bodyAbort = error;
		fail(error);
	}
	ending.abort();
	while (tasks.size > 0) await Promise.all(tasks);
	if (failures.length > 0) throw failures[0];
	if (result === undefined) throw bodyAbort;
	return result.value;
}
