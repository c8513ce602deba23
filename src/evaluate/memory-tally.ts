import type { MemoryUse, Prediction } from '../core/prediction.ts';
import type { GateUse, ItemUsage, MemoryFigures } from './report.ts';

/** Counts what a memory does, window by window. */
export class MemoryTally {
	readonly #calibrationGate = { windows: 0, frozen: 0, updated: 0 };
	readonly #testGate = { windows: 0, frozen: 0, updated: 0 };
	readonly #normal: Float32Array[] = [];
	readonly #anomalous: Float32Array[] = [];

	calibration({ memory }: Prediction): void {
		if (memory !== null) count(this.#calibrationGate, memory, false);
	}

	/** @param frozen whether an alarm, or the brink of one, kept the memory from learning */
	test({ memory }: Prediction, { frozen, anomalous }: { readonly frozen: boolean; readonly anomalous: boolean }): void {
		if (memory === null) return;
		count(this.#testGate, memory, frozen);
		(anomalous ? this.#anomalous : this.#normal).push(memory.usage);
	}

	/** null where there was no memory. */
	figures(): MemoryFigures | null {
		const any = this.#normal[0] ?? this.#anomalous[0];
		if (any === undefined) return null;
		return {
			items: any.length,
			normal: itemUsage(this.#normal),
			anomalous: itemUsage(this.#anomalous),
			calibrationGate: this.#calibrationGate,
			testGate: this.#testGate,
		};
	}
}

/** @param usages share of each window's queries by item, each summing to 1; null for none */
export function itemUsage(usages: readonly Float32Array[]): ItemUsage | null {
	const [first] = usages;
	if (first === undefined) return null;
	const shares = Array.from(first, (_, item) => usages.reduce((sum, usage) => sum + usage[item]!, 0) / usages.length);
	const entropy = entropyBits(shares);
	return {
		windows: usages.length,
		shares,
		entropyBits: entropy,
		effectiveItems: 2 ** entropy,
		effectiveItemsPerWindow: usages.reduce((sum, usage) => sum + 2 ** entropyBits([...usage]), 0) / usages.length,
	};
}

function entropyBits(shares: readonly number[]): number {
	return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0);
}

function count(gate: { -readonly [Key in keyof GateUse]: number }, { updated }: MemoryUse, frozen: boolean): void {
	gate.windows++;
	if (frozen) gate.frozen++;
	if (updated) gate.updated++;
}
