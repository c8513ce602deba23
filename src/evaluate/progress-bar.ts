const CELLS = 30;
const LEAST_MS = 100;

/** Draws how far a long work is on one line of a terminal, at most ten times a second. */
export function progressBar(title: string, write: (text: string) => void): (done: number, total: number) => void {
	const began = performance.now();
	let drawn = Number.NEGATIVE_INFINITY;
	return (done, total) => {
		const now = performance.now();
		if (done < total && now - drawn < LEAST_MS) return;
		drawn = now;
		const share = total === 0 ? 1 : done / total;
		const filled = Math.round(share * CELLS);
		const leftSeconds = Math.round(((now - began) / 1000) * (1 / Math.max(share, 1e-9) - 1));
		const bar = '█'.repeat(filled) + '░'.repeat(CELLS - filled);
		const left = done < total ? `${clockTime(leftSeconds)} left` : 'done';
		write(`\r\u001b[2K${title} ${bar} ${done}/${total} ${left}${done < total ? '' : '\n'}`);
	};
}

function clockTime(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
