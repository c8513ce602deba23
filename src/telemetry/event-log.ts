import type { StreamFailure } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import type { DaemonEvent, Observe } from '../core/events.ts';
import { describeEvent } from './describe-event.ts';
import type { Log, LogLevel } from './log.ts';
import { duration } from './words.ts';

/** Lines of one group that are written at once, before they are thinned out. */
const BURST = 5;
/** Then one line in this time, with the number of those that were held back. */
const EVERY_MS = 10 * 60_000;
const GROUPS_MAX = 1000;

interface Group {
	/** Lines that may be written now; a fraction fills up with time. */
	allowance: number;
	filledAt: number;
	held: { count: number; since: number; level: LogLevel; text: string } | null;
}

/** Reasons that a person must do something about: told at once, also when it was away for another one before. */
const FOR_A_PERSON: ReadonlySet<string> = new Set<StreamFailure>(['unauthorised', 'not-found', 'codec']);

/** Writes events to the log. What repeats (a camera that stays away) becomes a line now and then, with a count. */
export function openEventLog(log: Log, clock: Pick<Clock, 'monotonicNow'>): Observe {
	const groups = new Map<string, Group>();
	const holding = new Set<Group>();
	/** What is away, with the reason that was told. */
	const away = new Map<string, string>();

	const fill = (group: Group, now: number) => {
		group.allowance = Math.min(BURST, group.allowance + (now - group.filledAt) / EVERY_MS);
		group.filledAt = now;
	};
	const groupNamed = (name: string, now: number, burst: number): Group => {
		let group = groups.get(name);
		if (group === undefined) {
			if (groups.size >= GROUPS_MAX) groups.delete(groups.keys().next().value!);
			group = { allowance: burst, filledAt: now, held: null };
			groups.set(name, group);
		}
		return group;
	};
	const release = (group: Group, now: number) => {
		fill(group, now);
		if (group.held === null || group.allowance < 1) return;
		const { count, since, level, text } = group.held;
		group.allowance -= 1;
		group.held = null;
		holding.delete(group);
		log.write(level, `${text} (${count} like this in the last ${duration(now - since)})`, { repeated: count });
	};

	/** Attempts that fail while something is away are one incident: its loss is told, then they are counted. */
	const isAttempt = (event: DaemonEvent): boolean => {
		const loss = lossOf(event);
		if (loss === null) return false;
		const { what, reason } = loss;
		const before = away.get(what);
		if (reason === null) {
			away.delete(what);
			forget(`${what} away`);
			return false;
		}
		if (before !== undefined && (before === reason || !FOR_A_PERSON.has(reason))) return true;
		away.set(what, reason);
		return false;
	};
	const forget = (name: string) => {
		const group = groups.get(name);
		if (group !== undefined) holding.delete(group);
		groups.delete(name);
	};

	return (event) => {
		const now = clock.monotonicNow();
		for (const group of holding) release(group, now);
		const description = describeEvent(event);
		if (description === null) return;
		const { level, text } = description;
		const attempt = isAttempt(event);
		const name = attempt ? `${lossOf(event)!.what} away` : description.group;
		if (name !== null) {
			const group = groupNamed(name, now, attempt ? 0 : BURST);
			fill(group, now);
			if (group.allowance < 1) {
				group.held = { count: (group.held?.count ?? 0) + 1, since: group.held?.since ?? now, level, text };
				holding.add(group);
				return;
			}
			group.allowance -= 1;
		}
		log.write(level, text, fieldsOf(event));
	};
}

/** What an event says of a connection: lost for a reason, or back (null). */
function lossOf(event: DaemonEvent): { readonly what: string; readonly reason: string | null } | null {
	switch (event.kind) {
		case 'camera-lost':
			return event.retryInMs === null ? null : { what: `camera ${event.camera}`, reason: event.reason };
		case 'camera-connected':
			return { what: `camera ${event.camera}`, reason: null };
		case 'mqtt-lost':
			return { what: 'mqtt', reason: event.reason };
		case 'mqtt-connected':
			return { what: 'mqtt', reason: null };
		default:
			return null;
	}
}

function fieldsOf(event: DaemonEvent): Readonly<Record<string, string>> {
	const { kind } = event;
	if (kind === 'alarm') return { event: kind, camera: event.notice.alarm.camera, alarm: event.notice.alarm.id };
	if (kind === 'camera-lost') return { event: kind, camera: event.camera, reason: event.reason, detail: event.detail };
	return 'camera' in event ? { event: kind, camera: event.camera } : { event: kind };
}
