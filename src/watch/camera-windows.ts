import type { CameraConfig } from '../config/schema.ts';
import type { Window } from '../core/frame.ts';
import { openSource } from '../ingest/open-source.ts';
import type { SourceOptions } from '../ingest/options.ts';
import type { SourceContext } from '../ingest/source.ts';
import { SlidingWindow } from '../window/sliding-window.ts';

export interface CameraWindow {
	readonly window: Window;
	/** Which of the sources it is from. Runs count from 1 in each. */
	readonly source: number;
}

/**
 * Every whole window of a camera's sources, one source after the other, as the daemon would cut them.
 * @throws ForeframeError SOURCE_FAILED
 */
export async function* cameraWindows(
	{ id, framesPerSecond, size }: Pick<CameraConfig, 'id' | 'framesPerSecond' | 'size'>,
	sources: readonly SourceOptions[],
	framesInWindow: number,
	context: SourceContext,
	signal: AbortSignal,
): AsyncGenerator<CameraWindow, void, undefined> {
	for (const [place, source] of sources.entries()) {
		const windows = new SlidingWindow({ frames: framesInWindow, framesPerSecond });
		await using opened = openSource({ camera: id, source, framesPerSecond, size }, context);
		for await (const frame of opened.frames(signal)) {
			const slide = windows.push(frame);
			if (slide.kind === 'window') yield { window: slide.window, source: place };
		}
	}
}
