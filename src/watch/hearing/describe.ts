import type { Hearing } from '../../core/hearing.ts';

/** What came of a trial, for people. */
export function describeHearing({ noticed, tried, usual }: Hearing): string {
	return `of ${tried} synthetic oddities in its pictures ${noticed} would have alarmed, usually ${Math.round(100 * usual)} %`;
}
