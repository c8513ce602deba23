import type { Size } from '../../core/frame.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import type { TimeSpan } from '../../core/time-span.ts';
import { type AlarmId, utcMs } from '../../core/units.ts';
import type { Heeded } from '../../detect/standing/kept.ts';
import type { JudgedAlarm } from '../../record/feedback-store.ts';
import type { FootageWindow } from '../../score/footage.ts';
import type { Regime } from '../../score/regimes.ts';
import { readStandingPattern } from '../standing/pattern.ts';
import { type AlarmPattern, readPattern } from './pattern.ts';

/** What follows from all that people have said and that holds, and from nothing else: taking something back is exact. */
export interface Consequences {
	forgiven(model: AlarmPattern['model'], size: Size): readonly OddThing[];
	/** Those of one light: what is normal by day says nothing of the night. */
	normalWindows(model: AlarmPattern['model'], size: Size, regime: Regime): readonly FootageWindow[];
	readonly confirmed: readonly TimeSpan[];
	/** Of the alarms of what stands, for a picture size. */
	standing(size: Size): Heeded;
	/** Whether an alarm was about what stands. */
	isStanding(alarm: AlarmId): boolean;
	/** What is known again of an alarm, for people. */
	tellForgiven(alarm: AlarmId): string;
}

/** Things that are looked for in every window; the newest alarms' come first. */
const THINGS_MOST = 20_000;
/** What leads to something that a person confirms is not normal either, nor is what it leaves behind. */
const MARGIN_MS = 30_000;

export function consequencesOf(judged: readonly JudgedAlarm[]): Consequences {
	const patterns = new Map<AlarmId, AlarmPattern>();
	for (const { alarm, verdict, pattern } of judged.toReversed()) {
		const read = verdict === 'true-alarm' || pattern === null ? null : readPattern(pattern);
		if (read !== null) patterns.set(alarm, read);
	}
	const standing = judged.flatMap(({ alarm, verdict, pattern }) => {
		const read = pattern === null ? null : readStandingPattern(pattern);
		return read === null ? [] : [{ alarm, isConfirmed: verdict === 'true-alarm', ...read }];
	});
	const looks = ({ width, height }: Size, isConfirmed: boolean) =>
		standing
			.filter((one) => one.isConfirmed === isConfirmed && one.size.width === width && one.size.height === height)
			.flatMap(({ things }) => things);
	const windows = (model: AlarmPattern['model'], size: Size) =>
		[...patterns.values()].filter((pattern) => isFor(pattern, model, size)).flatMap((pattern) => pattern.windows);
	return {
		forgiven: (model, size) =>
			windows(model, size)
				.flatMap(({ things }) => things)
				.slice(0, THINGS_MOST),
		normalWindows: (model, size, regime) =>
			windows(model, size)
				.filter((window) => window.regime === regime)
				.map(({ run, index, capturedAt, rest }) => ({ run, index, capturedAt, channels: rest }))
				.toSorted((one, other) => one.capturedAt - other.capturedAt),
		confirmed: judged
			.filter(({ verdict }) => verdict === 'true-alarm')
			.map(({ startedAt, endedAt }) => ({ from: utcMs(startedAt - MARGIN_MS), to: utcMs(endedAt + MARGIN_MS) })),
		standing: (size) => ({ forgiven: looks(size, false), confirmed: looks(size, true) }),
		isStanding: (alarm) => standing.some((one) => one.alarm === alarm),
		tellForgiven: (alarm) => {
			if (standing.some((one) => one.alarm === alarm)) return 'what stands there belongs there, and may come again';
			const things = patterns.get(alarm)?.windows.flatMap((window) => window.things) ?? [];
			if (things.length === 0) return 'noted; nothing is known of it that could be known again';
			return `what it was told of no longer counts there (${things.length} pictures of it are known)`;
		},
	};
}

function isFor({ model, size }: AlarmPattern, wanted: AlarmPattern['model'], { width, height }: Size): boolean {
	return model.id === wanted.id && model.version === wanted.version && size.width === width && size.height === height;
}
