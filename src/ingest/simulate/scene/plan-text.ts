import { ODDITY_KINDS, type PlannedOddity, type Schedule, STANDING_KINDS } from './schedule.ts';

const KINDS = [...ODDITY_KINDS, ...STANDING_KINDS];
const PLANNED = /^([a-z-]+)@(\d+(?:\.\d+)?)s?(?:\/(\d+(?:\.\d+)?)s?)?$/;

/** What may be asked for, for a person. */
export const SCHEDULE_FORMS = `none, demo, or a list such as left-object@90/60 (kind@begin/duration, seconds) of ${KINDS.join(', ')}`;

/** `none`, `demo`, or oddities with their times, separated by commas; null where the text is nothing of that. */
export function readSchedule(text: string): Schedule | null {
	if (text === 'none' || text === 'demo') return text;
	const planned = text.split(',').map(readPlanned);
	return planned.every((one) => one !== null) ? planned : null;
}

function readPlanned(text: string): PlannedOddity | null {
	const [, name, begin, duration] = PLANNED.exec(text.trim()) ?? [];
	const kind = KINDS.find((known) => known === name);
	if (kind === undefined || begin === undefined) return null;
	const startSeconds = Number(begin);
	return duration === undefined ? { kind, startSeconds } : { kind, startSeconds, durationSeconds: Number(duration) };
}
