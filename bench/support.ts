export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const upper = sorted[Math.floor(middle)];
	const lower = sorted[Math.ceil(middle) - 1];
	if (upper === undefined || lower === undefined) throw new Error('The median of no values was asked for');
	return (lower + upper) / 2;
}

/** Rows with the same keys, as aligned columns. */
export function printTable(rows: readonly Readonly<Record<string, string | number>>[]): void {
	const keys = Object.keys(rows[0] ?? {});
	const cells = [keys, ...rows.map((row) => keys.map((key) => show(row[key]!)))];
	const widths = keys.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
	for (const row of cells) console.log(row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
}

function show(value: string | number): string {
	if (typeof value === 'string' || Number.isInteger(value)) return String(value);
	return value.toPrecision(4);
}
