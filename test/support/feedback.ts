import type { FeedbackRequests } from '../../src/core/feedback.ts';
import type { OddThing } from '../../src/core/odd-thing.ts';
import { rawScore, utcMs } from '../../src/core/units.ts';
import type { AlarmPattern } from '../../src/watch/feedback/pattern.ts';

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

const MODEL = { id: 'm', version: '1' };
const SIZE = { width: 96, height: 64 };

/** Two windows of an alarm, with a thing in the second. */
export function samplePattern(parts: Partial<AlarmPattern> = {}): AlarmPattern {
	const window = (index: number) => ({
		run: 3,
		index,
		capturedAt: utcMs(1_790_000_000_000 + 200 * index),
		regime: 'first' as const,
		channels: new Map([['oddity', rawScore(5 + index)]] as const),
		rest: new Map([['oddity', rawScore(-4)]] as const),
	});
	const thing: OddThing = {
		region: { x: 0.25, y: 0.5, width: 0.125, height: 0.25 },
		oddity: 4.5,
		speed: 2.25,
		feature: Float32Array.of(0.6, 0, -0.8),
	};
	return {
		model: MODEL,
		size: SIZE,
		windows: [
			{ ...window(0), things: [] },
			{ ...window(1), things: [thing] },
		],
		...parts,
	};
}
