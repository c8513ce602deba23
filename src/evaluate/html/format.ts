import { counted, texts } from './texts.ts';

/** A share as per cent; a dash where there is none. */
export function percent(share: number | null | undefined): string {
	return share === null || share === undefined ? texts.none : `${(100 * share).toFixed(1)} %`;
}

export function seconds(value: number | null): string {
	return value === null ? texts.none : `${value.toFixed(1)} ${texts.seconds}`;
}

/** A stretch of hours in the unit that suits it. */
export function duration(hours: number): string {
	if (hours >= 2) return `${hours.toFixed(1)} hours`;
	return hours >= 1 / 30 ? `${(60 * hours).toFixed(1)} minutes` : `${(3600 * hours).toFixed(1)} seconds`;
}

/** A budget of so many false alarms an hour, in words. */
export function budget(perHour: number): string {
	const units = [
		['an hour', 1],
		['a day', 24],
		['a week', 168],
	] as const;
	const [unit, hours] = units.find(([, length]) => perHour * length >= 0.99) ?? units[2];
	return `${counted(Number(short(perHour * hours)), 'false alarm')} ${unit}`;
}

/** Three digits at most after the point, none that say nothing. */
export function short(value: number): string {
	return String(Number(value.toPrecision(3)));
}
