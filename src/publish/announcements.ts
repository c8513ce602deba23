/** Retained messages for other programs, outside the daemon's own topics. All topics are whole ones. */
export interface Announcements {
	/** An empty text takes the topic back. */
	readonly messages: ReadonlyMap<string, string>;
	/** What to listen to; no wildcards. */
	readonly filters: readonly string[];
	/** Of a message on one of `filters`: everything retained is to be sent again after so long; null changes nothing. */
	repeatAfterMs(text: string, retained: boolean): number | null;
	/** The broker has the message of this topic. */
	confirmed(topic: string): Promise<void>;
}

export const NO_ANNOUNCEMENTS: Announcements = {
	messages: new Map(),
	filters: [],
	repeatAfterMs: () => null,
	confirmed: async () => {},
};
