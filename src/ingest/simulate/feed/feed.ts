import type { Clock } from '../../../core/clock.ts';
import type { Lens } from '../effects/lens.ts';
import type { StreamDescription } from '../rtsp/sdp.ts';
import { openSceneFeed, type SceneSource } from './scene-feed.ts';
import { openVideoFeed, type VideoSource } from './video-feed.ts';

export type SimulatedSource = SceneSource | VideoSource;

/** Pictures go through `lens`. @throws {ForeframeError} SOURCE_FAILED when the recording cannot be read. */
export function openFeed(source: SimulatedSource, clock: Clock, lens: Lens): Promise<Feed> {
	switch (source.kind) {
		case 'scene':
			return openSceneFeed(source, clock, lens);
		case 'video':
			return openVideoFeed(source, clock, lens);
		default:
			return source satisfies never;
	}
}

/** A coded picture with what belongs to it. */
export interface AccessUnit {
	/** Without start codes; a key unit holds its parameter sets. */
	readonly nals: readonly Uint8Array[];
	/** Can be decoded without any unit before it. */
	readonly key: boolean;
	/** When it is shown, in 1/90000 s from the feed's beginning; never back to zero at a loop. */
	readonly time90k: number;
}

/** What the camera sees, already coded. */
export interface Feed extends AsyncDisposable {
	readonly description: StreamDescription;
	/** Whether it can make a key unit when asked, and codes its pictures itself; otherwise they come as they come. */
	readonly keyOnDemand: boolean;
	/** The next unit is to be a key unit. */
	requestKey(): void;
	/**
	 * Gives each unit to `deliver` when its time has come, until `signal` aborts. While `watched` says no, a scene's time
	 * goes on without coding and a recording waits.
	 * @throws {ForeframeError} SOURCE_FAILED when the recording can no longer be read.
	 */
	run(deliver: (unit: AccessUnit) => void, watched: () => boolean, signal: AbortSignal): Promise<void>;
}
