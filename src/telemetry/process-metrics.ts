import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Ten wake-ups a second, which nobody feels. */
const RESOLUTION_MS = 100;

export interface ProcessMetrics extends Disposable {
	/** Lag values are those since the call before. */
	measure(): Promise<void>;
}

/**
 * The process's own metrics under the names that prom-client gives them, so that existing dashboards fit. Its default set is not
 * used for its observer of every garbage collection and its lag timer of 10 ms.
 */
export function processMetrics(registry: Registry): ProcessMetrics {
	const registers = [registry];
	const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
	const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'CPU time of the main process', registers });
	const resident = gauge('process_resident_memory_bytes', 'Memory of the main process that is in RAM');
	const heap = gauge('nodejs_heap_size_used_bytes', 'Memory used by JavaScript objects');
	const external = gauge('nodejs_external_memory_bytes', 'Memory used outside the heap by JavaScript objects');
	const files = gauge('process_open_fds', 'Open file descriptors of the main process');
	const started = gauge('process_start_time_seconds', 'When the main process started');
	const lagMean = gauge('nodejs_eventloop_lag_mean_seconds', 'Mean lag of the event loop since the last scrape');
	const lagP99 = gauge('nodejs_eventloop_lag_p99_seconds', '99th percentile of it');
	const lagMax = gauge('nodejs_eventloop_lag_max_seconds', 'Its maximum');
	const utilisation = gauge(
		'nodejs_eventloop_utilization_ratio',
		'Share of the time the event loop was busy since the last scrape',
	);

	started.set(Math.round(Date.now() / 1000 - process.uptime()));
	const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	lag.enable();
	let cpuBefore = 0;
	let loopBefore = performance.eventLoopUtilization();
	// The monitor reports the time between its wake-ups; what exceeds their distance is lag.
	const lagSeconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);

	return {
		measure: async () => {
			const { user, system } = process.cpuUsage();
			const cpuNow = (user + system) / 1e6;
			cpu.inc(Math.max(0, cpuNow - cpuBefore));
			cpuBefore = cpuNow;
			const memory = process.memoryUsage();
			resident.set(memory.rss);
			heap.set(memory.heapUsed);
			external.set(memory.external);
			if (lag.count > 0) {
				lagMean.set(lagSeconds(lag.mean));
				lagP99.set(lagSeconds(lag.percentile(99)));
				lagMax.set(lagSeconds(lag.max));
				lag.reset();
			}
			const loopNow = performance.eventLoopUtilization();
			utilisation.set(performance.eventLoopUtilization(loopNow, loopBefore).utilization);
			loopBefore = loopNow;
			const descriptors = await readdir('/proc/self/fd').catch(() => null);
			if (descriptors === null) files.remove();
			else files.set(descriptors.length);
		},
		[Symbol.dispose]: () => lag.disable(),
	};
}
