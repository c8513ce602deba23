/** One line of the doctor: what was looked at, what is there, and what to do about it ('' when nothing). */
export interface Finding {
	readonly level: 'ok' | 'warn' | 'fail';
	readonly about: string;
	readonly detail: string;
	readonly advice: string;
}

export function finding(level: Finding['level'], about: string, detail: string, advice = ''): Finding {
	return { level, about, detail, advice };
}
