import { type Event, inTail } from '../events.ts';
import { type Moment, WorstMoments } from './worst-moments.ts';

const LIMITS = { most: 6, mostPerClip: 2, apartSeconds: 2 };
/** So long an event may take to be told; only then it counts as missed. */
const SETTLED_SECONDS = 1;

/** Picks the windows that the report shows as pictures, while they pass by. */
export class ShownMoments {
	readonly #misses = new WorstMoments(LIMITS);
	readonly #falseAlarms = new WorstMoments(LIMITS);

	/** Windows come clip by clip in order of time. `events` are the clip's; `tailSeconds` after one nothing is a false alarm. */
	see(moment: Moment, events: readonly Event[], tailSeconds: number): void {
		const { anomalous, picture, seconds, surprise } = moment.window;
		if (anomalous) {
			const event = events.find(({ first, last }) => picture >= first && picture <= last);
			if (event !== undefined && isSettled(seconds, event)) this.#misses.offer(moment, -surprise);
		} else if (!inTail(seconds, events, tailSeconds)) {
			this.#falseAlarms.offer(moment, surprise);
		}
	}

	/** Windows with something odd that scored lowest. */
	get misses(): readonly Moment[] {
		return this.#misses.moments;
	}

	/** Normal windows that scored highest. */
	get falseAlarms(): readonly Moment[] {
		return this.#falseAlarms.moments;
	}
}

function isSettled(seconds: number, { beginSeconds, endSeconds }: Event): boolean {
	return seconds - beginSeconds >= SETTLED_SECONDS || endSeconds - beginSeconds < SETTLED_SECONDS;
}
