/** The central 95 % of counts where `expected` are expected (Poisson): from the first to the last count in it. */
export function poissonInterval(expected: number): readonly [low: number, high: number] {
	let term = Math.exp(-expected);
	let below = 0;
	let low: number | null = null;
	for (let count = 0; ; count++) {
		if (count > 0) term *= expected / count;
		below += term;
		if (low === null && below > 0.025) low = count;
		if (below >= 0.975) return [low ?? count, count];
	}
}
