import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isForeframeError } from '../core/errors.ts';
import {
	FEEDBACK_ACTIONS,
	FEEDBACK_NOTE_MAX,
	type FeedbackEntry,
	type FeedbackGiven,
	type FeedbackRequests,
} from '../core/feedback.ts';
import type { AlarmId } from '../core/units.ts';
import { Conflict } from './refusals.ts';

export interface FeedbackApiDeps {
	readonly feedback: FeedbackRequests;
	/** The wire format's fields. */
	feedbackJson(given: FeedbackGiven): object;
	feedbackEntryJson(entry: FeedbackEntry): object;
}

const body = z.strictObject({
	verdict: z.enum(FEEDBACK_ACTIONS),
	note: z.string().max(FEEDBACK_NOTE_MAX).optional(),
});

/** What people say of alarms. `alarmOf` gives the alarm, or throws NotFound. */
export function addFeedbackApi(
	app: FastifyInstance,
	deps: FeedbackApiDeps,
	alarmOf: (id: string) => Promise<{ readonly id: AlarmId }>,
): void {
	app.post<{ Params: { id: string } }>('/api/v1/alarms/:id/feedback', async ({ params, body: given }) => {
		const { verdict, note = null } = body.parse(given ?? {});
		const { id } = await alarmOf(params.id);
		try {
			return deps.feedbackJson(await deps.feedback.give(id, { action: verdict, channel: 'http', note }));
		} catch (error) {
			if (!isForeframeError(error, 'USAGE')) throw error;
			throw new Conflict(error.message);
		}
	});
	app.get<{ Params: { id: string } }>('/api/v1/alarms/:id/feedback', async ({ params }) => {
		const { id } = await alarmOf(params.id);
		return { feedback: (await deps.feedback.history(id)).map(deps.feedbackEntryJson) };
	});
}
