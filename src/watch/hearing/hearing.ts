import { aborted } from '../../core/aborted.ts';
import { describeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { Frame, Window } from '../../core/frame.ts';
import type { Hearing } from '../../core/hearing.ts';
import { type CameraId, type MonotonicMs, monotonicMs, utcMs } from '../../core/units.ts';
import { Pictures } from './pictures.ts';
import { picturesOf, type Rehearsal, wouldAlarm } from './rehearsal.ts';
import { syntheticOddities, withOddity } from './synthetic.ts';
import { isFarBelow, type Usual, type UsualStore, usualOf, withTrial } from './usual.ts';

export interface HearingParts {
	readonly camera: CameraId;
	/** Between trials; 0: there are none. */
	readonly everyMinutes: number;
	/** A copy of what the camera is judged by as it is now; null while it cannot alarm. */
	readonly rehearse: () => Rehearsal | null;
	readonly store: UsualStore;
	readonly observe: Observe;
	readonly tell: (hearing: Hearing) => Promise<void>;
}

/** Tries now and then, on copies of a camera's pictures, whether it would notice something odd. */
export interface CameraHearing {
	/** After each window of the camera: whether all is quiet there. */
	follow(window: Window, quiet: boolean): void;
	/** Until `signal` aborts. */
	run(signal: AbortSignal): Promise<void>;
}

/** The first trial begins so long after the first quiet window, or sooner where trials are closer together. */
const FIRST_AFTER_MS = 60_000;
/** Where too little was noticed it is tried again sooner, so many times in the usual time. */
const SOONER = 12;
/** The camera's own windows go first: so many of them for each of a trial. */
const WINDOWS_PER_TURN = 4;

/** A trial that can begin. */
interface Ready {
	readonly rehearsal: Rehearsal;
	/** One after the other, all quiet. */
	readonly frames: readonly Frame[];
}

export function openCameraHearing(parts: HearingParts): CameraHearing {
	const everyMs = parts.everyMinutes * 60_000;
	let dueAt: MonotonicMs | null = null;
	let now: MonotonicMs = monotonicMs(0);
	let windows = 0;
	let pictures: Pictures | null = null;
	let ready: PromiseWithResolvers<Ready> | null = null;
	let turn = Promise.withResolvers<void>();

	const gather = (window: Window) => {
		const before = pictures === null ? parts.rehearse() : null;
		pictures ??= before === null ? null : new Pictures(picturesOf(before));
		pictures?.add(window);
		if (pictures === null || !pictures.enough) return;
		const rehearsal = parts.rehearse();
		const { frames } = pictures;
		pictures = null;
		if (rehearsal === null || ready === null) return;
		ready.resolve({ rehearsal, frames });
		ready = null;
	};

	return {
		follow: (window, quiet) => {
			now = window.target.arrivedAt;
			if (++windows % WINDOWS_PER_TURN === 0) turn.resolve();
			if (quiet) dueAt ??= monotonicMs(now + Math.min(FIRST_AFTER_MS, everyMs));
			if (ready === null || dueAt === null || now < dueAt) return;
			if (quiet) gather(window);
			else pictures = null;
		},
		run: async (signal) => {
			if (everyMs === 0) return;
			const end = aborted(signal);
			const nextTurn = async () => {
				turn = Promise.withResolvers();
				await Promise.race([turn.promise, end]);
				signal.throwIfAborted();
			};
			let usual = await parts.store.load();
			let last = { below: false, deaf: false };
			for (let trial = 0; ; trial++) {
				ready = Promise.withResolvers();
				const given = await Promise.race([ready.promise, end]);
				if (given === undefined) return;
				const noticed = await tryAll(parts, given, trial, nextTurn);
				if (noticed !== null) {
					usual = await learnUsual(parts, usual, given.rehearsal, noticed.sensitivity);
					const below = isFarBelow(usual, noticed.sensitivity);
					// Once may be a picture in which little can be seen.
					const deaf = below && (last.below || last.deaf);
					const hearing = { ...noticed, usual: usualOf(usual), deaf };
					parts.observe({ kind: 'hearing', camera: parts.camera, hearing });
					await parts.tell(hearing);
					last = { below, deaf };
				}
				dueAt = monotonicMs(now + (noticed === null || last.below ? everyMs / SOONER : everyMs));
			}
		},
	};
}

/** null where it came to nothing: what the camera was watched with was closed meanwhile. */
async function tryAll(
	{ camera, observe }: HearingParts,
	{ rehearsal, frames }: Ready,
	trial: number,
	turn: () => Promise<void>,
): Promise<Omit<Hearing, 'usual' | 'deaf'> | null> {
	const [first] = frames as [Frame, ...Frame[]];
	const oddities = syntheticOddities(first, rehearsal.judge.framesPerSecond, trial, rehearsal.mask);
	let noticed = 0;
	try {
		for (const [number, oddity] of oddities.entries()) {
			const odd = withOddity(
				frames.map(({ luma }) => luma),
				first,
				oddity,
			);
			const shown = frames.map((frame, index) => ({ ...frame, luma: odd[index]! }));
			if (await wouldAlarm(rehearsal, shown, number + 1, turn)) noticed++;
		}
	} catch (error) {
		if (!isForeframeError(error, 'INFERENCE_FAILED')) throw error;
		observe({
			kind: 'warning',
			about: camera,
			detail: `whether it would notice anything was not tried: ${describeError(error)}`,
		});
		return null;
	}
	const at = utcMs(Math.round(frames.at(-1)!.capturedAt));
	return { at, tried: oddities.length, noticed, sensitivity: noticed / oddities.length };
}

async function learnUsual(
	{ camera, store, observe }: HearingParts,
	before: Usual | null,
	{ of }: Rehearsal,
	sensitivity: number,
): Promise<Usual> {
	const usual = withTrial(before, of, sensitivity);
	if (usual === before) return usual;
	try {
		await store.save(usual);
	} catch (error) {
		if (!isForeframeError(error, 'STORE_FAILED')) throw error;
		observe({
			kind: 'warning',
			about: camera,
			detail: `what it usually notices was not put away: ${describeError(error)}`,
		});
	}
	return usual;
}
