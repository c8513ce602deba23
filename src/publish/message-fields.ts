import type { Region } from '../core/alarm.ts';
import type { UtcMs } from '../core/units.ts';

/** One message, its topic without the base. A string payload is sent as it is, anything else as JSON. */
export interface OutgoingMessage {
	readonly topic: string;
	readonly payload: unknown;
}

export function box({ x, y, width, height }: Region): [number, number, number, number] {
	return [rounded(x), rounded(y), rounded(width), rounded(height)];
}

export function iso(at: UtcMs): string {
	return new Date(wholeMs(at)).toISOString();
}

export function isoOrNull(at: UtcMs | null): string | null {
	return at === null ? null : iso(at);
}

/** Capture times come from PTS and need not be whole. */
export function wholeMs(at: UtcMs): number {
	return Math.round(at);
}

export function wholeMsOrNull(at: UtcMs | null): number | null {
	return at === null ? null : wholeMs(at);
}

export function rounded(value: number): number {
	return Math.round(value * 1e4) / 1e4;
}

export function roundedOrNull(value: number | null): number | null {
	return value === null ? null : rounded(value);
}
