import { randomBytes } from 'node:crypto';
import type { Viewer } from './viewer.ts';

/** What a client has set up, from SETUP to TEARDOWN (RFC 2326, 3.4). */
export interface Session {
	readonly id: string;
	readonly viewer: Viewer;
	/** The transport as SETUP answered it. */
	readonly transport: string;
	/** The client gave a sign of life. */
	touch(): void;
}

export interface SessionTable {
	readonly size: number;
	readonly all: Iterable<Session>;
	get(id: string): Session | undefined;
	add(viewer: Viewer, transport: string): Session;
	end(session: Session): Promise<void>;
	endAll(): Promise<void>;
}

/** Sessions that end by themselves when nothing was heard of their client for `timeoutSeconds`. */
export function openSessionTable(timeoutSeconds: number, onChange: () => void): SessionTable {
	const sessions = new Map<string, { session: Session; timer: NodeJS.Timeout }>();
	const end = async (session: Session) => {
		const entry = sessions.get(session.id);
		if (entry === undefined) return;
		clearTimeout(entry.timer);
		sessions.delete(session.id);
		onChange();
		await session.viewer[Symbol.asyncDispose]();
	};
	return {
		get size() {
			return sessions.size;
		},
		get all() {
			return [...sessions.values()].map(({ session }) => session);
		},
		get: (id) => sessions.get(id)?.session,
		add: (viewer, transport) => {
			const id = randomBytes(8).toString('hex').toUpperCase();
			const timer = setTimeout(() => void end(session), timeoutSeconds * 1000);
			const session: Session = { id, viewer, transport, touch: () => void timer.refresh() };
			sessions.set(id, { session, timer });
			return session;
		},
		end,
		endAll: async () => {
			await Promise.all([...sessions.values()].map(({ session }) => end(session)));
		},
	};
}
