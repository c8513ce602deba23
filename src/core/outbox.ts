/** A message that must reach the broker, however long that takes. */
export interface OutboxMessage {
	/** Rises; order of delivery. */
	readonly id: number;
	readonly topic: string;
	/** JSON text. */
	readonly payload: string;
	/** UTC milliseconds when it was put in. */
	readonly queuedAt: number;
}

/** Durable first-in first-out store of messages; kept by `record`, emptied by `publish`. */
export interface Outbox {
	put(topic: string, payload: string): Promise<OutboxMessage>;
	/** The oldest `limit` messages that were not acknowledged. */
	pending(limit: number): Promise<readonly OutboxMessage[]>;
	/** Forgets a message the broker has confirmed. */
	acknowledge(id: number): Promise<void>;
	depth(): Promise<{ readonly messages: number; readonly oldestQueuedAt: number | null }>;
}
