import type { CameraId } from '../../core/units.ts';

/** What Home Assistant is told of a camera. */
export interface AnnouncedCamera {
	readonly id: CameraId;
	readonly name: string;
	/** Whether it learns a model of its own. */
	readonly learns: boolean;
	/** Whether it has a schedule. */
	readonly scheduled: boolean;
}

export interface AnnouncedSite {
	/** First level of every topic of the daemon. */
	readonly base: string;
	/** First level of the topics Home Assistant listens on. */
	readonly prefix: string;
	readonly version: string;
	readonly cameras: readonly AnnouncedCamera[];
}

/** An entity as Home Assistant's discovery wants it; `p` says which kind. */
export type Component = { readonly p: string } & Readonly<Record<string, unknown>>;

/** Whether the daemon is there. */
export function daemonAvailability(bridgeState: string) {
	return { topic: bridgeState, value_template: '{{ value_json.state }}' };
}
