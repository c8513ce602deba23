import type { Output } from './command.ts';

const REDRAWN_EVERY_MS = 200;
const CELLS = 30;

/** Draws over itself how far a long work is, 0 to 1, and how long it will take; silent where there is no terminal. */
export function progressBar(
	title: string,
	output: Output,
	now: () => number = performance.now.bind(performance),
): (share: number) => void {
	if (!output.isTTY) return () => {};
	const began = now();
	let drawnAt = Number.NEGATIVE_INFINITY;
	return (share) => {
		const at = now();
		if (share < 1 && at - drawnAt < REDRAWN_EVERY_MS) return;
		drawnAt = at;
		const bar = '█'.repeat(Math.round(CELLS * share)).padEnd(CELLS, '░');
		output.write(`\r\u001b[2K${title} ${bar} ${Math.floor(100 * share)} % ${ending(share, at - began)}`);
	};
}

function ending(share: number, tookMs: number): string {
	if (share >= 1) return 'done\n';
	if (share <= 0) return '';
	const leftSeconds = Math.round((tookMs / 1000) * (1 / share - 1));
	return `${Math.floor(leftSeconds / 60)}:${String(leftSeconds % 60).padStart(2, '0')} left`;
}
