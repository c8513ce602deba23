import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawGoldenClip, type Golden, type GoldenClip, makeGolden } from '../detect/golden.ts';
import { GOLDEN_FRAMES, goldenFiles } from '../detect/golden-file.ts';
import { openMnad } from '../detect/mnad/mnad.ts';
import { readModel } from '../detect/mnad/model.ts';
import { openInference } from '../onnx/inference.ts';

/**
 * Writes the golden windows of a model's folder, as the CPU sees them. `clip`: a camera's own footage; unset draws pictures,
 * so that no footage goes with a model that is handed on.
 * @throws ForeframeError MODEL_INVALID
 */
export async function writeGolden(folder: string, clip?: GoldenClip): Promise<Golden> {
	const model = await readModel(folder);
	await using inference = await openInference(
		{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
		{ observe: () => {} },
	);
	await using detector = openMnad({ model, memory: 'online', inference });
	const { sha256, framesPerSecond } = model.manifest;
	const shown = clip ?? drawGoldenClip(detector.expects.frames);
	const golden = await makeGolden(detector, sha256, framesPerSecond, shown);
	// Footage does not stay beside drawn windows, and is there before it is named.
	if (shown.kind === 'drawn') await rm(join(folder, GOLDEN_FRAMES), { force: true });
	for (const [name, content] of [...goldenFiles(golden)].reverse()) await replace(join(folder, name), content);
	return golden;
}

async function replace(path: string, content: string | Uint8Array): Promise<void> {
	const draft = `${path}.${randomUUID()}.tmp`;
	try {
		await writeFile(draft, content);
		await rename(draft, path);
	} finally {
		await rm(draft, { force: true });
	}
}
