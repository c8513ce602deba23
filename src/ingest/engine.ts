import type { FrameDamage, Size } from '../core/frame.ts';
import type { CameraId } from '../core/units.ts';

/** What an engine reads: a camera (endless, never waited for) or a recording (read no faster than its consumer takes it). */
export type StreamInput =
	| {
			readonly kind: 'rtsp';
			/** With user name and password, escaped. */
			readonly address: string;
			readonly transport: 'tcp' | 'udp';
			/** Path of the certificates that the camera's is checked against; null: any is taken. */
			readonly caFile: string | null;
			readonly timeoutSeconds: number;
	  }
	| { readonly kind: 'file'; readonly path: string };

export interface StreamRequest {
	readonly camera: CameraId;
	readonly input: StreamInput;
	readonly framesPerSecond: number;
	readonly size: Size | 'auto';
}

/** A picture that was chosen for the time base. */
export interface Picture extends Size {
	readonly kind: 'picture';
	/** On the stream's own clock, whose zero means nothing. */
	readonly ptsSeconds: number;
	/** When its last packet reached this machine, in milliseconds of CLOCK_MONOTONIC: the same clock in every process. */
	readonly arrivedMs: number;
	readonly damage: FrameDamage | null;
	/** Why a run starts with it; null within a run. */
	readonly startsRun: string | null;
	/** How many places of the time base it fills: above 1 only where the camera sent fewer frames than are due. */
	readonly slots: number;
	/** Full range: black is 0 and white 255, whatever the stream's range. */
	readonly luma: Uint8Array;
}

export type StreamEvent =
	| Picture
	| {
			readonly kind: 'opened';
			readonly codec: string;
			/** Of the decoded picture, in pixels as coded. */
			readonly width: number;
			readonly height: number;
			readonly transport: string;
	  }
	/** Since the last time this was told. */
	| { readonly kind: 'counted'; readonly received: number; readonly decoded: number }
	| { readonly kind: 'packets-lost'; readonly count: number }
	| { readonly kind: 'decode-error'; readonly detail: string }
	| { readonly kind: 'dropped'; readonly count: number };

/**
 * Reads one stream once, in a process of its own. Ends without an error when a recording has ended.
 * The generator is done only after that process is gone.
 * @throws StreamError when the stream cannot be read or read on; the signal's AbortError when it was aborted.
 */
export type Engine = (request: StreamRequest, signal: AbortSignal) => AsyncGenerator<StreamEvent, void, undefined>;
