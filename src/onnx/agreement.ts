import type { TensorData, Tensors } from './tensors.ts';

/** The output that differs most from the reference: length of the difference over length of the reference. */
export interface Disagreement {
	readonly output: string;
	/** Infinite where a value is no finite number in one of the two only. */
	readonly difference: number;
}

export function largestDisagreement(reference: Tensors, outputs: Tensors): Disagreement {
	let worst: Disagreement = { output: '', difference: -1 };
	for (const [output, expected] of Object.entries(reference)) {
		const found = outputs[output];
		const difference = found === undefined ? Number.POSITIVE_INFINITY : relativeDifference(expected, found);
		if (difference > worst.difference) worst = { output, difference };
	}
	return worst;
}

function relativeDifference(expected: TensorData, found: TensorData): number {
	if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
	let differences = 0;
	let squares = 0;
	for (let index = 0; index < expected.length; index++) {
		const a = Number(expected[index]);
		const b = Number(found[index]);
		if (Number.isFinite(a) && Number.isFinite(b)) {
			differences += (a - b) ** 2;
			squares += a ** 2;
		} else if (!Object.is(a, b)) {
			return Number.POSITIVE_INFINITY;
		}
	}
	if (differences === 0) return 0;
	return Math.sqrt(differences / Math.max(squares, Number.MIN_VALUE));
}
