import type { CameraConfig } from '../../config/schema.ts';
import type { Frame } from '../../core/frame.ts';
import { monotonicMs, type UtcMs, utcMs } from '../../core/units.ts';
import { openSource } from '../../ingest/open-source.ts';
import type { SourceOptions } from '../../ingest/options.ts';
import type { SourceContext } from '../../ingest/source.ts';

export interface RecordedFrame {
	/** Timed as it was taken, on both clocks; its run is its own among all recordings. */
	readonly frame: Frame;
	/** Place among the recordings, and when it began. */
	readonly recording: number;
	readonly from: UtcMs;
}

/**
 * The frames of a camera's recordings, one after the other, each as if it came when it was taken: they are read in a hurry.
 * `startedAt`: when each recording began; one that does not say so follows the one before, the first begins at `now`.
 * @throws ForeframeError SOURCE_FAILED
 */
export async function* recordedFrames(
	{ id, framesPerSecond, size }: Pick<CameraConfig, 'id' | 'framesPerSecond' | 'size'>,
	recordings: readonly SourceOptions[],
	startedAt: readonly (UtcMs | null)[],
	context: SourceContext,
	signal: AbortSignal,
): AsyncGenerator<RecordedFrame, void, undefined> {
	let runs = 0;
	let next = context.clock.utcNow();
	for (const [recording, source] of recordings.entries()) {
		const from = startedAt[recording] ?? next;
		const runsBefore = runs;
		let first: UtcMs | null = null;
		await using opened = openSource({ camera: id, source, framesPerSecond, size }, context);
		for await (const read of opened.frames(signal)) {
			first ??= read.capturedAt;
			const capturedAt = utcMs(from + (read.capturedAt - first));
			runs = runsBefore + read.run;
			next = utcMs(capturedAt + 1000 / framesPerSecond);
			yield { frame: { ...read, run: runs, capturedAt, arrivedAt: monotonicMs(capturedAt) }, recording, from };
		}
	}
}
