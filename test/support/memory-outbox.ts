import type { Outbox, OutboxMessage } from '../../src/core/outbox.ts';

/** An outbox that lives as long as the test; `messages` is what has not been acknowledged. */
export function memoryOutbox(
	utcNow: () => number = Date.now,
): Outbox & { readonly messages: readonly OutboxMessage[] } {
	const messages: OutboxMessage[] = [];
	let last = 0;
	return {
		messages,
		put: async (topic, payload) => {
			last += 1;
			const message = { id: last, topic, payload, queuedAt: utcNow() };
			messages.push(message);
			return message;
		},
		pending: async (limit) => messages.slice(0, limit),
		acknowledge: async (id) => {
			const at = messages.findIndex((message) => message.id === id);
			if (at !== -1) messages.splice(at, 1);
		},
		depth: async () => ({ messages: messages.length, oldestQueuedAt: messages[0]?.queuedAt ?? null }),
	};
}
