import { execFile } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import { describeError, isAbort } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';

/** What systemd is told of the daemon (sd_notify(3)); does nothing where systemd does not listen. */
export interface Systemd extends AsyncDisposable {
	/** The daemon works from now on; the watchdog, if systemd has one, is fed from here. */
	ready(status: string): Promise<void>;
	status(text: string): Promise<void>;
	stopping(): Promise<void>;
}

export interface SystemdOptions {
	readonly env: {
		readonly NOTIFY_SOCKET?: string | undefined;
		readonly WATCHDOG_USEC?: string | undefined;
		readonly WATCHDOG_PID?: string | undefined;
	};
	readonly clock: Pick<Clock, 'sleep'>;
	readonly observe: Observe;
	/**
	 * Resolves when the daemon's work is shown to go on (inference answers a probe, the loops turn). When it does not within
	 * a quarter of the watchdog's interval, systemd is not told that all is well and ends the daemon in the end. A camera that is
	 * away is no reason.
	 */
	readonly proveWork: (signal: AbortSignal) => Promise<void>;
	/** Takes assignments such as READY=1 to systemd; for tests. */
	readonly send?: (assignments: readonly string[]) => Promise<void>;
}

export function openSystemd({
	env,
	clock,
	observe,
	proveWork,
	send = byProgram(env.NOTIFY_SOCKET),
}: SystemdOptions): Systemd {
	const listened = Boolean(env.NOTIFY_SOCKET);
	const intervalMs = listened ? watchdogIntervalMs(env) : null;
	const closing = new AbortController();
	let feeding: Promise<void> | null = null;

	// A message that does not arrive is no reason to stop working: systemd draws its own conclusions.
	const notify = async (...assignments: string[]) => {
		if (!listened) return;
		try {
			await send(assignments.map((one) => one.replaceAll(/[\r\n]+/g, ' ')));
		} catch (error) {
			observe({
				kind: 'warning',
				about: 'systemd',
				detail: `cannot be told ${assignments[0]}: ${describeError(error)}`,
			});
		}
	};

	const feed = async (everyMs: number) => {
		try {
			while (!closing.signal.aborted) {
				// A quarter for the proof, half for the wait: the next message comes well before the interval is over.
				const proven = await isProven(proveWork, clock, everyMs / 2, closing.signal);
				if (closing.signal.aborted) return;
				if (proven) await notify('WATCHDOG=1');
				observe({ kind: 'watchdog', proven });
				await clock.sleep(everyMs, closing.signal);
			}
		} catch (error) {
			if (!isAbort(error)) throw error;
		}
	};

	return {
		ready: async (status) => {
			await notify('READY=1', `STATUS=${status}`);
			if (intervalMs !== null) feeding ??= feed(intervalMs / 2);
		},
		status: (text) => notify(`STATUS=${text}`),
		stopping: () => notify('STOPPING=1', 'STATUS=stopping'),
		[Symbol.asyncDispose]: async () => {
			closing.abort();
			await feeding;
		},
	};
}

/** From $WATCHDOG_USEC; null where there is none or it is meant for another process (sd_watchdog_enabled(3)). */
function watchdogIntervalMs({ WATCHDOG_USEC, WATCHDOG_PID }: SystemdOptions['env']): number | null {
	if (WATCHDOG_PID && Number(WATCHDOG_PID) !== process.pid) return null;
	const microseconds = Number(WATCHDOG_USEC);
	return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : null;
}

async function isProven(
	prove: SystemdOptions['proveWork'],
	clock: Pick<Clock, 'sleep'>,
	withinMs: number,
	signal: AbortSignal,
): Promise<boolean> {
	const ending = new AbortController();
	const both = AbortSignal.any([signal, ending.signal]);
	const tooLate = clock.sleep(withinMs, both).then(
		() => false,
		() => false,
	);
	const shown = (async () => prove(both))().then(
		() => true,
		() => false,
	);
	const proven = await Promise.race([shown, tooLate]);
	ending.abort();
	return proven;
}

/**
 * Node has no Unix datagram sockets. systemd's own program is on every machine where systemd is and waits until the message
 * was taken; it costs a short process per message, and `NotifyAccess=all` in the unit.
 */
function byProgram(socket: string | undefined) {
	return (assignments: readonly string[]): Promise<void> => {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket };
		execFile('systemd-notify', [...assignments], { timeout: 5000, env }, (error) =>
			error === null ? resolve() : reject(error),
		);
		return promise;
	};
}
