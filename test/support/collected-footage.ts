import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utcMs } from '../../src/core/units.ts';
import { encodeChunk } from '../../src/ingest/footage-chunk.ts';
import { footageName } from '../../src/ingest/footage-folder.ts';

export interface CollectedFootage {
	readonly chunks?: number;
	readonly framesPerChunk?: number;
	readonly framesPerSecond?: number;
	readonly width?: number;
	readonly height?: number;
}

/** A footage folder as a daemon leaves it: a bright square that walks past a slope. */
export async function writeCollectedFootage(folder: string, options: CollectedFootage = {}): Promise<void> {
	const { chunks = 2, framesPerChunk = 50, framesPerSecond = 5, width = 64, height = 48 } = options;
	await mkdir(folder, { recursive: true });
	for (let chunk = 0; chunk < chunks; chunk++) {
		const from = utcMs(Date.UTC(2026, 0, 1, 12, chunk));
		const to = utcMs(from + ((framesPerChunk - 1) * 1000) / framesPerSecond);
		const frames = Array.from({ length: framesPerChunk }, (_, t) =>
			Uint8Array.from({ length: width * height }, (_, index) => {
				const [x, y] = [index % width, Math.floor(index / width)];
				const left = (2 * t + 9 * chunk) % width;
				return x >= left && x < left + 10 && y >= 16 && y < 30 ? 220 : 40 + x;
			}),
		);
		const size = { width, height };
		const bytes = await encodeChunk({ run: 1, index: chunk * 1000, framesPerSecond, size, from, to, frames });
		await writeFile(join(folder, footageName(from, to)), bytes);
	}
}
