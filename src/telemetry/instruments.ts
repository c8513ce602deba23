import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makes metrics of one registry, their names prefixed `foreframe_`. */
export interface Instruments {
	counter<Label extends string>(name: string, help: string, labelNames?: readonly Label[]): Counter<Label>;
	gauge<Label extends string>(name: string, help: string, labelNames?: readonly Label[]): Gauge<Label>;
	histogram<Label extends string>(
		name: string,
		help: string,
		buckets: readonly number[],
		labelNames?: readonly Label[],
	): Histogram<Label>;
}

export function instrumentsOf(registry: Registry): Instruments {
	const registers = [registry];
	const named = (name: string) => `foreframe_${name}`;
	return {
		counter: (name, help, labelNames = []) => new Counter({ name: named(name), help, labelNames, registers }),
		gauge: (name, help, labelNames = []) => new Gauge({ name: named(name), help, labelNames, registers }),
		histogram: (name, help, buckets, labelNames = []) =>
			new Histogram({ name: named(name), help, buckets: [...buckets], labelNames, registers }),
	};
}
