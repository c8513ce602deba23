import type { AlarmWhy, Region } from '../core/alarm.ts';
import type { StreamFailure } from '../core/camera-state.ts';
import type { Disturbance, IntegrityKind } from '../core/integrity.ts';
import type { LearningOutcome, LearningPhase } from '../core/learning-state.ts';
import type { StandingAlarmKind } from '../core/standing.ts';

const STEPS = [
	{ unit: 'day', ms: 86_400_000 },
	{ unit: 'hour', ms: 3_600_000 },
	{ unit: 'min', ms: 60_000 },
	{ unit: 's', ms: 1000 },
] as const;

/** A length of time in its largest fitting unit: "350 ms", "4 s", "3 min", "5 hours", "3 days". */
export function duration(ms: number): string {
	if (!Number.isFinite(ms)) return 'for ever';
	const step = STEPS.find((one) => ms >= one.ms);
	if (step === undefined) return `${Math.round(ms)} ms`;
	const count = ms / step.ms;
	const shown = count < 10 ? Math.round(count * 10) / 10 : Math.round(count);
	const plural = (step.unit === 'day' || step.unit === 'hour') && shown !== 1 ? 's' : '';
	return `${shown} ${step.unit}${plural}`;
}

/** Why a stream failed, as the rest of a sentence about the camera. */
export const FAILURE_WORDS: Record<StreamFailure, string> = {
	refused: 'it refused the connection',
	'not-found': 'it has no stream at this path',
	unauthorised: 'it does not accept the user name or password',
	tls: 'it cannot be talked to over TLS',
	'timed-out': 'it did not answer in time',
	codec: 'its video format cannot be decoded',
	stalled: 'it sends no pictures any more',
	ended: 'it ended the stream',
	unreachable: 'it cannot be reached over the network',
	crashed: 'the process that reads it ended',
	unknown: 'it failed',
};

export const WHY_WORDS: Record<AlarmWhy, string> = {
	patch: 'a spot looks unlike anything',
	psnr: 'the picture looks unlike anything',
	regular: 'what happens is unlike anything',
	distance: 'what is there is unlike anything',
	motion: 'moving unlike anything',
	oddity: 'it moves as nothing does here',
	standing: 'something stands there or is missing, unlike anything',
};

/** In place of `WHY_WORDS`, where more is known of what stands. */
export const STANDING_WORDS: Record<StandingAlarmKind, string> = {
	left: 'something stands there, unlike anything',
	removed: 'something is missing there, unlike anything',
	moved: 'something was moved, unlike anything',
	changed: 'something stands there in another way, unlike anything',
};

/** What is wrong with a camera, as the rest of a sentence about it, and what passes over its picture. */
export const FAULT_WORDS: Record<IntegrityKind, string> = {
	frozen: 'its picture is frozen',
	loop: 'it shows a recording again and again',
	dark: 'it is dark',
	covered: 'something covers it',
	defocused: 'it is out of focus',
	moved: 'it shows another view',
	noise: 'its picture is noisy',
	'packet-loss': 'most of its pictures come broken',
	deaf: 'it would hardly notice anything any more',
};
export const DISTURBANCE_WORDS: Record<Disturbance, string> = {
	cut: 'everything in the picture is another at once; it is not judged until that settles',
	light: 'the light or the exposure jumps; it is not judged until that settles',
	pan: 'the camera turns; it is not judged until that settles',
};

/** What a camera's own learning does, and what came of it. */
export const PHASE_WORDS: Record<LearningPhase, string> = {
	collecting: 'collecting normal footage to learn from',
	waiting: 'waiting until another camera has learned',
	training: 'learning a model of its own',
	examining: 'examining the new model beside the running one',
	resting: 'not learning for now',
};
export const OUTCOME_WORDS: Record<LearningOutcome, string> = {
	promoted: 'the new model is better and runs from now on',
	refused: 'the new model is not used, the running one stays',
	failed: 'learning failed, the running model stays',
	'rolled-back': 'rolled back',
	moved: 'the camera was moved, it learns anew',
};

/** Where in the picture a region's middle is: "top left", "centre"; "everywhere" when it is most of the picture. */
export function place({ x, y, width, height }: Region): string {
	if (width * height > 0.6) return 'everywhere';
	const column = third(x + width / 2, ['left', '', 'right']);
	const row = third(y + height / 2, ['top', '', 'bottom']);
	return `${row} ${column}`.trim() || 'centre';
}

function third(position: number, names: readonly [string, string, string]): string {
	return names[Math.min(2, Math.max(0, Math.floor(position * 3))) as 0 | 1 | 2];
}
