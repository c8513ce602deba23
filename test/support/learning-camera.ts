import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utcMs } from '../../src/core/units.ts';
import { readModel, writeModel } from '../../src/detect/mnad/model.ts';
import { encodeChunk } from '../../src/ingest/footage-chunk.ts';
import { footageName } from '../../src/ingest/footage-folder.ts';
import { openScene } from '../../src/ingest/simulate/scene/scene.ts';
import { seededNormal } from './random.ts';

export const LEARNING_SIZE = { width: 128, height: 80 };
export const LEARNING_RATE = 5;
const SHIPPED = fileURLToPath(new URL('../../models/mnad-compact/5fps', import.meta.url));
const CHUNK_SECONDS = 15;

/** A model whose predictions are worth nothing: its decoder's weights are drawn at random, and only they count. */
export async function worthlessModel(folder: string, seed = 1): Promise<string> {
	const model = await readModel(SHIPPED);
	const normal = seededNormal(seed);
	const parameters = new Map(
		[...model.parameters].map(([name, values]) => [
			name,
			name.startsWith('decode.') ? values.map(() => 0.2 * normal()) : values,
		]),
	);
	await writeModel(folder, {
		...model,
		parameters,
		manifest: { ...model.manifest, id: `worthless-${seed}`, weights: { patch: 1 } },
	});
	return folder;
}

/** Footage of the simulated walkway as a daemon would have collected it of a camera until now. */
export async function collectedFootage(state: string, camera: string, chunks: number): Promise<void> {
	const folder = join(state, 'cameras', camera, 'footage');
	await mkdir(folder, { recursive: true });
	const scene = openScene({ ...LEARNING_SIZE, framesPerSecond: LEARNING_RATE, seed: 3 });
	const count = CHUNK_SECONDS * LEARNING_RATE;
	const start = Date.now() - (chunks + 1) * CHUNK_SECONDS * 1000;
	for (let chunk = 0; chunk < chunks; chunk++) {
		const from = utcMs(start + chunk * CHUNK_SECONDS * 1000);
		const to = utcMs(from + ((count - 1) * 1000) / LEARNING_RATE);
		const frames = Array.from({ length: count }, (_, index) => {
			const luma = new Uint8Array(LEARNING_SIZE.width * LEARNING_SIZE.height);
			scene.render(chunk * count + index, luma);
			return luma;
		});
		const bytes = await encodeChunk({
			run: 1,
			index: chunk * count,
			framesPerSecond: LEARNING_RATE,
			size: LEARNING_SIZE,
			from,
			to,
			frames,
		});
		await writeFile(join(folder, footageName(from, to)), bytes);
	}
}
