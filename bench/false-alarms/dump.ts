import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Size } from '../../src/core/frame.ts';
import type { Channel, Prediction } from '../../src/core/prediction.ts';
import { rawScore, utcMs } from '../../src/core/units.ts';
import type { FootageWindow } from '../../src/score/footage.ts';

/** What the raw scores in a dump are of. */
export interface DumpHead {
	readonly camera: string;
	readonly model: { readonly id: string; readonly version: string };
	readonly size: Size;
	readonly framesPerSecond: number;
	readonly channels: readonly Channel[];
	readonly weights: readonly (readonly [Channel, number])[];
	readonly calibrateMinutes: number;
}

/** Raw scores of a camera's normal footage, in order of time. */
export interface Dump {
	readonly head: DumpHead;
	readonly calibrate: readonly FootageWindow[];
	readonly watch: readonly FootageWindow[];
}

/** part (0 calibrate, 1 watch), run, index, capturedAt; then a column a channel. */
const COLUMNS = 4;
const ROWS_HELD = 500;

/** Appends to two files, so that what was written before an early end can be read. */
export class DumpWriter implements Disposable {
	readonly #path: string;
	readonly #head: DumpHead;
	#rows: number[] = [];

	constructor(folder: string, head: DumpHead) {
		this.#path = join(folder, head.camera.replaceAll(/[^\w.-]+/g, '-'));
		this.#head = head;
		writeFileSync(`${this.#path}.json`, JSON.stringify(head));
		writeFileSync(`${this.#path}.f64`, '');
	}

	add(part: keyof Omit<Dump, 'head'>, run: number, { window, channels }: Prediction): void {
		const { index, capturedAt } = window.target;
		this.#rows.push(part === 'calibrate' ? 0 : 1, run, index, capturedAt);
		for (const channel of this.#head.channels) this.#rows.push(channels.get(channel)!);
		if (this.#rows.length >= ROWS_HELD * (COLUMNS + this.#head.channels.length)) this.#flush();
	}

	[Symbol.dispose](): void {
		this.#flush();
	}

	#flush(): void {
		appendFileSync(`${this.#path}.f64`, new Uint8Array(Float64Array.from(this.#rows).buffer));
		this.#rows = [];
	}
}

/** Every camera whose raw scores are in the folder. */
export function readDumps(folder: string): Dump[] {
	const names = readdirSync(folder).filter((name) => name.endsWith('.json') && existsSync(join(folder, dataOf(name))));
	return names.toSorted().map((name) => readDump(folder, name));
}

function readDump(folder: string, name: string): Dump {
	const head = JSON.parse(readFileSync(join(folder, name), 'utf8')) as DumpHead;
	const bytes = readFileSync(join(folder, dataOf(name)));
	const width = COLUMNS + head.channels.length;
	const rows = Math.floor(bytes.length / (8 * width));
	const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + rows * width * 8));
	const parts: [FootageWindow[], FootageWindow[]] = [[], []];
	for (let at = 0; at < values.length; at += width) {
		const [part, run, index, capturedAt] = values.subarray(at, at + COLUMNS) as unknown as [
			0 | 1,
			number,
			number,
			number,
		];
		const channels = head.channels.map((channel, i) => [channel, rawScore(values[at + COLUMNS + i]!)] as const);
		parts[part].push({ run, index, capturedAt: utcMs(capturedAt), channels: new Map(channels) });
	}
	return { head, calibrate: parts[0], watch: parts[1] };
}

function dataOf(name: string): string {
	return name.replace(/\.json$/, '.f64');
}
