import type { Clip } from './scene.ts';

export interface Kept<Unit> {
	/** In the order in which they came. */
	readonly units: readonly Unit[];
	readonly seen: number;
	/** Of so many one was kept. */
	readonly every: number;
}

/**
 * As much as fits into `bytesMax`, evenly spread over what came: where it is too much, every second goes, then of those
 * that are left, and so on. At least one stays.
 */
export async function keepWithin<Unit extends { readonly clips: readonly Clip[] }>(
	units: AsyncIterable<Unit>,
	bytesMax: number,
): Promise<Kept<Unit>> {
	let kept: { readonly place: number; readonly unit: Unit; readonly bytes: number }[] = [];
	let every = 1;
	let seen = 0;
	for await (const unit of units) {
		const place = seen++;
		if (place % every !== 0) continue;
		kept.push({ place, unit, bytes: bytesOf(unit.clips) });
		while (kept.length > 1 && kept.reduce((sum, { bytes }) => sum + bytes, 0) > bytesMax) {
			every *= 2;
			kept = kept.filter(({ place }) => place % every === 0);
		}
	}
	return { units: kept.map(({ unit }) => unit), seen, every };
}

function bytesOf(clips: readonly Clip[]): number {
	return clips.reduce((sum, { frames, size }) => sum + frames.length * size.width * size.height, 0);
}
