import type { UtcMs } from '../core/units.ts';
import type { FootageFile } from './footage-folder.ts';

/**
 * Which files go, so that the rest fits and is spread over the time that was collected: what is too old, then again and
 * again the one whose neighbours are closest to each other in time. `files` are the oldest first.
 */
export function overdue(files: readonly FootageFile[], bytesMax: number, keepMs: number): readonly FootageFile[] {
	const newest = files.at(-1)?.to ?? 0;
	const gone: FootageFile[] = files.filter(({ to }) => newest - to > keepMs);
	const kept = files.filter((file) => !gone.includes(file));
	let bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
	while (bytes > bytesMax && kept.length > 0) {
		const { place } = closest(kept);
		const [file] = kept.splice(place, 1);
		bytes -= file!.bytes;
		gone.push(file!);
	}
	return gone;
}

/** Whether a chunk that begins now would stay: one that would be thinned out at once wears the disk for nothing. */
export function isWorthIt(files: readonly FootageFile[], now: UtcMs, bytesMax: number): boolean {
	if (files.length < 3) return true;
	const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
	if (bytes + bytes / files.length <= bytesMax) return true;
	return now - files.at(-2)!.from > closest(files).gapMs;
}

/** Of the files between the oldest and the newest. Of two or fewer, the oldest. */
function closest(files: readonly FootageFile[]): { readonly place: number; readonly gapMs: number } {
	let best = { place: 0, gapMs: Number.POSITIVE_INFINITY };
	for (let place = 1; place < files.length - 1; place++) {
		const gapMs = files[place + 1]!.from - files[place - 1]!.from;
		if (gapMs < best.gapMs) best = { place, gapMs };
	}
	return best;
}
