import { isTimeZone, scheduleAt } from '../core/schedule.ts';
import { type CameraId, utcMs } from '../core/units.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import { nearest } from './nearest.ts';
import type { ConfigFile } from './schema.ts';

/** Times that are none, and ones that say nothing. */
export function scheduleSense(id: string, { schedule }: ConfigFile['cameras'][CameraId]): readonly Finding[] {
	if (schedule === undefined) return [];
	const at = (...keys: string[]) => ['cameras', id, 'schedule', ...keys];
	const { timeZone, armed } = schedule;
	const empty = armed.flatMap(({ from, to }, place) =>
		from === to
			? [
					errorAt(
						at('armed', String(place), 'to'),
						`it ends when it begins, at ${from}: wanted another time, or 24:00 for a whole day`,
					),
				]
			: [],
	);
	if (!isTimeZone(timeZone)) return [errorAt(at('timeZone'), unknownZone(timeZone)), ...empty];
	if (empty.length > 0) return empty;
	// Any moment will do: a schedule that has no next switch never had one.
	const moment = scheduleAt(schedule, utcMs(0));
	if (!moment.armed || moment.nextAt !== null) return [];
	return [warningAt(at('armed'), 'it is armed all the time: without a schedule it is, too')];
}

function unknownZone(name: string): string {
	const near = nearest(name, Intl.supportedValuesOf('timeZone'));
	if (near !== null) return `there is no time zone ${name}; did you mean ${near}?`;
	return `there is no time zone ${name}: wanted an IANA name such as Europe/Berlin`;
}
