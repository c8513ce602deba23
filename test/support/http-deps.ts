import type { HttpDeps } from '../../src/web/http.ts';
import { noFeedback } from './feedback.ts';
import { noMemories } from './memory-history.ts';

/** A daemon without cameras or alarms, as HTTP sees it. */
export function httpDeps(parts: Partial<HttpDeps> = {}): HttpDeps {
	return {
		version: '0.1.0',
		notReady: () => [],
		metrics: async () => ({ contentType: 'text/plain', text: '' }),
		onError: (error) => {
			throw error;
		},
		cameras: () => [],
		alarms: async () => [],
		alarm: async () => null,
		explanation: async () => null,
		picture: async () => null,
		cameraJson: () => ({}),
		alarmJson: () => ({}),
		explanationJson: () => ({}),
		faults: async () => [],
		faultJson: (fault) => fault,
		learn: async () => {},
		rollBack: async () => {},
		acceptView: async () => {},
		memory: noMemories,
		feedback: noFeedback,
		feedbackJson: (given) => given,
		feedbackEntryJson: (entry) => entry,
		snapshotJson: ({ at, reason }) => ({ time_ms: at, reason }),
		...parts,
	};
}
