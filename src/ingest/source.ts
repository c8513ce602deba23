import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import type { Frame, Size } from '../core/frame.ts';
import type { CameraId } from '../core/units.ts';
import type { SourceOptions } from './options.ts';

/** What a source is opened for. */
export interface SourceRequest {
	readonly camera: CameraId;
	readonly source: SourceOptions;
	readonly framesPerSecond: number;
	/** `auto` takes `detectorSize` of the picture's display aspect ratio. */
	readonly size: Size | 'auto';
}

export interface SourceContext {
	readonly clock: Clock;
	readonly observe: Observe;
}

/** Where frames come from. A camera never ends: it is reconnected for ever. A recording ends. */
export interface FrameSource extends AsyncDisposable {
	/** May be called once. Ends without an error when the recording has ended; throws when `signal` aborts. */
	frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined>;
}

export type OpenSource = (request: SourceRequest, context: SourceContext) => FrameSource;
