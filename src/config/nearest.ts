/** The candidate that a misspelt word most likely meant; null when none is near. Case, - and _ count for nothing. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
	const wanted = plain(word);
	let best: string | null = null;
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const candidate of candidates) {
		const distance = editDistance(wanted, plain(candidate));
		if (distance < bestDistance) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return bestDistance <= Math.max(1, Math.floor(wanted.length / 3)) ? best : null;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours that make one word the other (optimal string alignment). */
export function editDistance(from: string, to: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		for (let j = 1; j <= to.length; j++) {
			const same = from[i - 1] === to[j - 1];
			let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
			if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
				cost = Math.min(cost, beforeLast[j - 2]! + 1);
			}
			row.push(cost);
		}
		beforeLast = last;
		last = row;
	}
	return last[to.length]!;
}

function plain(word: string): string {
	return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}
