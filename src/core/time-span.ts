import type { UtcMs } from './units.ts';

/** Both ends included. */
export interface TimeSpan {
	readonly from: UtcMs;
	readonly to: UtcMs;
}

/** Whether something from `from` to `to` has a moment in one of the spans. */
export function touches({ from, to }: TimeSpan, spans: readonly TimeSpan[]): boolean {
	return spans.some((span) => from <= span.to && to >= span.from);
}
