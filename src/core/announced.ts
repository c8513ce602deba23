/** Which MQTT topics another program was told of, over restarts: what nobody remembers would never be taken back. */
export interface AnnouncedTopics {
	/** As the last daemon left them. */
	readonly before: readonly string[];
	/** Replaces them all. @throws ForeframeError STORE_FAILED */
	save(topics: readonly string[]): Promise<void>;
}
