import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeError, ForeframeError } from '../core/errors.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const STRIP = fileURLToPath(new URL('./strip-types.ts', import.meta.url));
const run = promisify(execFile);

export interface PlainScript extends AsyncDisposable {
	readonly path: string;
}

/**
 * The process's script for a Node.js that cannot read TypeScript, in a temporary folder that goes with it.
 * @throws ForeframeError INFERENCE_FAILED where it cannot be written
 */
export async function writePlainScript(): Promise<PlainScript> {
	let folder: string | null = null;
	const remove = async () => {
		if (folder !== null) await rm(folder, { recursive: true, force: true });
	};
	try {
		folder = await mkdtemp(join(tmpdir(), 'foreframe-tensorflow-'));
		await run(process.execPath, ['--no-warnings', STRIP, CHILD, folder]);
	} catch (error) {
		await remove();
		const message = `Cannot write the script of the TensorFlow.js process to ${tmpdir()}: ${describeError(error)}`;
		throw new ForeframeError('INFERENCE_FAILED', message, { cause: error });
	}
	return { path: join(folder, 'tensorflow', 'child.mjs'), [Symbol.asyncDispose]: remove };
}
