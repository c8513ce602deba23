import type { Output } from './command.ts';

const REDRAWN_EVERY_MS = 200;
const CELLS = 30;

/** Draws a bar over itself on a terminal; silent elsewhere. */
export function progressBar(output: Output): (done: number) => void {
	if (!output.isTTY) return () => {};
	let drawnAt = Number.NEGATIVE_INFINITY;
	return (done) => {
		const now = performance.now();
		if (done < 1 && now - drawnAt < REDRAWN_EVERY_MS) return;
		drawnAt = now;
		const bar = '█'.repeat(Math.round(CELLS * done)).padEnd(CELLS, '░');
		output.write(`\r${bar} ${Math.floor(100 * done)} %${done >= 1 ? '\n' : ''}`);
	};
}
