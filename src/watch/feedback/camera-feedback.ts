import { describeError, ForeframeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { FeedbackGiven, FeedbackRequest, FeedbackVerdict } from '../../core/feedback.ts';
import type { Size } from '../../core/frame.ts';
import type { MemorySnapshot } from '../../core/memory.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import type { TimeSpan } from '../../core/time-span.ts';
import type { AlarmId, CameraId } from '../../core/units.ts';
import type { Heeded } from '../../detect/standing/kept.ts';
import type { JudgedAlarm } from '../../record/feedback-store.ts';
import type { FeedbackRecords } from '../../record/recorder.ts';
import type { Said } from '../../score/recalibration.ts';
import type { Regime } from '../../score/regimes.ts';
import type { MemoryControl } from '../memory-control.ts';
import { LEAD_MS } from '../memory-keeper.ts';
import { type Consequences, consequencesOf } from './consequences.ts';
import type { AlarmPattern } from './pattern.ts';

export interface CameraFeedbackParts {
	readonly camera: CameraId;
	readonly records: FeedbackRecords;
	readonly observe: Observe;
	readonly memory: () => MemoryControl;
	/** Told when what is forgiven has changed. */
	readonly changed: () => void;
	/** See `Judge.accept`. */
	readonly accept: (alarm: AlarmId, accepted: boolean) => boolean;
	/** See `CameraStanding.accept`. */
	readonly acceptStanding: (alarm: AlarmId) => boolean;
}

/** What people say of one camera's alarms, and what follows from all of it that holds: nothing is ever counted up. */
export interface CameraFeedback {
	/** See `CameraDetector.forgive`. */
	forgiven(model: AlarmPattern['model'], size: Size): readonly OddThing[];
	/**
	 * For the calibration of one light. `normal`: the windows of false alarms and of what is normal now. Their scores are those of the rest
	 * of the picture, as the things in them are forgiven by themselves; with them they would make the camera deaf.
	 */
	said(model: AlarmPattern['model'], size: Size, regime: Regime): Said;
	/** What was said of what stands. */
	standing(size: Size): Heeded;
	/** When something was going on that a person has confirmed, with margins: nothing of it is learned from. */
	confirmed(): readonly TimeSpan[];
	/** @throws ForeframeError USAGE, STORE_FAILED */
	give(alarm: AlarmId, request: FeedbackRequest): Promise<FeedbackGiven>;
	/** Reads again what holds, where an alarm of which something was said has changed. */
	refresh(alarm: AlarmId): Promise<void>;
}

/** @throws ForeframeError STORE_FAILED */
export async function openCameraFeedback(parts: CameraFeedbackParts): Promise<CameraFeedback> {
	const { camera, records, observe } = parts;
	let judged: readonly JudgedAlarm[] = [];
	let consequences: Consequences = consequencesOf([]);
	let last: Promise<unknown> = Promise.resolve();
	const load = async () => {
		judged = await records.judged(camera);
		consequences = consequencesOf(judged);
	};
	const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
		const done = last.then(work);
		last = done.catch(() => {});
		return done;
	};
	const give = async (alarm: AlarmId, request: FeedbackRequest): Promise<FeedbackGiven> => {
		const { replaced = null } = judged.find((one) => one.alarm === alarm) ?? {};
		const stored = await records.give({ alarm, ...request });
		if (stored.kind === 'unknown-alarm') throw new ForeframeError('USAGE', `There is no alarm "${alarm}"`);
		if (stored.kind === 'refused') {
			throw new ForeframeError('USAGE', `Cannot take ${request.action} for alarm ${alarm}: ${stored.why}`);
		}
		await load();
		parts.changed();
		const { before, verdict } = stored;
		const effects = [...(await act(alarm, before, verdict, replaced))];
		const effect = effects.length === 0 ? 'noted' : effects.join('; ');
		observe({ kind: 'feedback', camera, alarm, action: request.action, channel: request.channel, verdict, effect });
		return { alarm, camera, verdict, effect };
	};
	const act = async (
		alarm: AlarmId,
		before: FeedbackVerdict | null,
		verdict: FeedbackVerdict | null,
		replaced: MemorySnapshot | null,
	): Promise<string[]> => {
		if (before === verdict) return [];
		const effects: string[] = [];
		if (isForgiving(before) && !isForgiving(verdict)) effects.push('what it was told of counts again');
		const isStanding = isForgiving(verdict) && parts.acceptStanding(alarm);
		if (isStanding) effects.push('what stands there belongs there');
		else if (isForgiving(verdict)) effects.push(consequences.tellForgiven(alarm));
		if (!isStanding && (before === 'normal' || verdict === 'normal')) {
			const accepted = verdict === 'normal';
			if (parts.accept(alarm, accepted))
				effects.push(accepted ? 'what goes on is normal' : 'what goes on is not normal');
		}
		// The memory of what moves knows nothing of what stands.
		if (consequences.isStanding(alarm)) {
			if (before === 'true-alarm') effects.push('what stands there may come to belong there');
			if (verdict === 'true-alarm') effects.push('what stands there never comes to belong there');
			return effects;
		}
		if (before === 'true-alarm') effects.push(await remember(alarm, replaced));
		if (verdict === 'true-alarm') effects.push(await forget(alarm));
		return effects;
	};
	/** The memory goes back to before a confirmed alarm. */
	const forget = (alarm: AlarmId) =>
		told(async () => {
			const { startedAt } = judged.find((one) => one.alarm === alarm)!;
			const time = (startedAt - LEAD_MS) as typeof startedAt;
			const rolled = await parts.memory().rollBack({ kind: 'before', time }, `alarm ${alarm} was confirmed`);
			await records.noteReplaced(alarm, rolled.replaced);
			await load();
			return `it is not learned from; the memory is that of ${new Date(rolled.to.at).toISOString()}`;
		}, 'it is not learned from; the memory stays');
	const remember = (alarm: AlarmId, replaced: MemorySnapshot | null) =>
		told(async () => {
			if (replaced === null) return 'it may be learned from';
			await parts.memory().rollBack({ kind: 'snapshot', snapshot: replaced }, `alarm ${alarm} is no longer confirmed`);
			await records.noteReplaced(alarm, null);
			await load();
			return 'it may be learned from; the memory is what it was before';
		}, 'it may be learned from; the memory stays');
	const told = async (work: () => Promise<string>, otherwise: string): Promise<string> => {
		try {
			return await work();
		} catch (error) {
			if (!isForeframeError(error)) throw error;
			return `${otherwise}: ${describeError(error)}`;
		}
	};
	await load();

	return {
		forgiven: (model, size) => consequences.forgiven(model, size),
		said: (model, size, regime) => ({
			normal: consequences.normalWindows(model, size, regime),
			confirmed: consequences.confirmed,
		}),
		confirmed: () => consequences.confirmed,
		standing: (size) => consequences.standing(size),
		give: (alarm, request) => inTurn(() => give(alarm, request)),
		refresh: (alarm) =>
			inTurn(async () => {
				if (!judged.some((one) => one.alarm === alarm)) return;
				await load();
				parts.changed();
			}),
	};
}

function isForgiving(verdict: FeedbackVerdict | null): boolean {
	return verdict === 'false-alarm' || verdict === 'normal';
}
