import { systemClock } from '../../src/core/clock.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cameraId } from '../../src/core/units.ts';
import { openSource } from '../../src/ingest/open-source.ts';
import { sourceOptions } from '../../src/ingest/options.ts';
import type { SourceRequest } from '../../src/ingest/source.ts';

/** A source that is being read, with what it gave and told so far. */
export interface WatchedSource extends AsyncDisposable {
	readonly frames: readonly Frame[];
	readonly events: readonly DaemonEvent[];
	/** Events of one kind. */
	told<Kind extends DaemonEvent['kind']>(kind: Kind): readonly Extract<DaemonEvent, { kind: Kind }>[];
	/** Waits until `condition` holds; what is waited for is `what`. @throws Error when it does not within `timeoutMs`. */
	until(what: string, condition: () => boolean, timeoutMs?: number): Promise<void>;
	/** What the source threw, or null when it ended by itself; waits for that. */
	readonly ended: Promise<unknown>;
}

/** Opens a source from options as a person would write them, and reads it until disposal. */
export function watchSource(options: unknown, request: Partial<SourceRequest> = {}): WatchedSource {
	const frames: Frame[] = [];
	const events: DaemonEvent[] = [];
	const leaving = new AbortController();
	const source = openSource(
		{ camera: cameraId('front'), source: sourceOptions.parse(options), framesPerSecond: 5, size: 'auto', ...request },
		{ clock: systemClock, observe: (event) => events.push(event) },
	);
	const read = async () => {
		for await (const frame of source.frames(leaving.signal)) frames.push(frame);
		return null;
	};
	const ended = read().catch((error: unknown) => error);
	return {
		frames,
		events,
		told: (kind) => events.filter((event) => event.kind === kind) as never,
		until: async (what, condition, timeoutMs = 45_000) => {
			const giveUp = performance.now() + timeoutMs;
			while (!condition()) {
				if (performance.now() > giveUp) {
					throw new Error(`${what}: not within ${timeoutMs} ms; told: ${JSON.stringify(events.slice(-12))}`);
				}
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		},
		ended,
		[Symbol.asyncDispose]: async () => {
			leaving.abort();
			await ended;
			await source[Symbol.asyncDispose]();
		},
	};
}
