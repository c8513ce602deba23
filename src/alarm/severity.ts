import type { Severity } from '../core/alarm.ts';

/**
 * How bad an alarm is: from how much rarer its peak is than what the budget allows. Ten times rarer is `medium`, a thousand
 * times rarer is `high`.
 */
export function severityOf(peakSurprise: number, level: number): Severity {
	const over = peakSurprise - level;
	if (over >= 3) return 'high';
	return over >= 1 ? 'medium' : 'low';
}
