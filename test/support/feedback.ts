import type { FeedbackRequests } from '../../src/core/feedback.ts';

/** Nobody asks for it. */
export const noFeedback: FeedbackRequests = {
	give: async (alarm) => {
		throw new Error(`Unexpected feedback for ${alarm}`);
	},
	giveLast: async (camera) => {
		throw new Error(`Unexpected feedback for the last alarm of ${camera}`);
	},
	history: async () => [],
};
