import { Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import { calibrationMetrics } from './calibration-metrics.ts';
import { cameraMetrics } from './camera-metrics.ts';
import { daemonMetrics } from './daemon-metrics.ts';
import { feedbackMetrics } from './feedback-metrics.ts';
import { instrumentsOf } from './instruments.ts';
import { integrityMetrics } from './integrity-metrics.ts';
import { learningMetrics } from './learning-metrics.ts';
import { memoryMetrics } from './memory-metrics.ts';
import { processMetrics } from './process-metrics.ts';

/** However many scrape, the text is made once in this time. */
const CACHED_MS = 1000;

export interface Metrics extends Disposable {
	readonly observe: Observe;
	readonly contentType: string;
	/** The exposition in Prometheus's text format. */
	metricsText(): Promise<string>;
	/** For tests and documentation. */
	list(): readonly {
		readonly name: string;
		readonly type: string;
		readonly labels: readonly string[];
		readonly help: string;
	}[];
}

export interface MetricsOptions {
	readonly clock: Pick<Clock, 'utcNow' | 'monotonicNow'>;
	/** Its disk's free room is told. */
	readonly stateFolder: string;
}

/** The daemon's metrics, each in a registry of its own; fed by events. */
export function openMetrics({ clock, stateFolder }: MetricsOptions): Metrics {
	const registry = new Registry();
	const instruments = instrumentsOf(registry);
	const daemon = daemonMetrics(instruments, stateFolder);
	const cameras = cameraMetrics(instruments, clock);
	const learning = learningMetrics(instruments);
	const memory = memoryMetrics(instruments);
	const calibration = calibrationMetrics(instruments);
	const feedback = feedbackMetrics(instruments);
	const integrity = integrityMetrics(instruments);
	const ofProcess = processMetrics(registry);

	let cached: { readonly at: number; readonly text: Promise<string> } | null = null;
	const makeText = async () => {
		await Promise.all([daemon.measure(), ofProcess.measure()]);
		return registry.metrics();
	};

	return {
		contentType: registry.contentType,
		observe: (event) => {
			daemon.observe(event);
			cameras.observe(event);
			learning.observe(event);
			memory.observe(event);
			calibration.observe(event);
			feedback.observe(event);
			integrity.observe(event);
		},
		metricsText: () => {
			const now = clock.monotonicNow();
			if (cached === null || now - cached.at >= CACHED_MS) cached = { at: now, text: makeText() };
			return cached.text;
		},
		list: () =>
			registry.getMetricsAsArray().map((metric) => ({
				name: metric.name,
				type: String(metric.type),
				labels: 'labelNames' in metric ? (metric.labelNames as string[]) : [],
				help: metric.help,
			})),
		[Symbol.dispose]: () => {
			ofProcess[Symbol.dispose]();
			registry.clear();
		},
	};
}
