import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Measured, Step } from './step.ts';

const SCRIPT = fileURLToPath(new URL('pytorch.py', import.meta.url));
const answer = z.object({ version: z.string(), loss: z.number(), ms: z.array(z.number()), cpuMs: z.array(z.number()) });

export interface PyTorch extends AsyncDisposable {
	measure(threads: number, steps: number, layout: 'nchw' | 'channels_last'): Promise<Measured & { version: string }>;
}

/** The same network with the same weights on the same pictures in a child of its own, by `pytorch.py`. */
export async function openPyTorch({ recipe, inputs, carried }: Step, python: string): Promise<PyTorch> {
	const folder = await mkdtemp(join(tmpdir(), 'training-step-'));
	const shapes: Record<string, readonly number[]> = {};
	for (const [name, data] of [...inputs, ...carried]) {
		shapes[name] = (recipe.graph.inputs.get(name) ?? recipe.graph.parameters.get(name)!.tensor).shape;
		await writeFile(join(folder, name), data);
	}
	await writeFile(join(folder, 'shapes.json'), JSON.stringify(shapes));
	return {
		measure: async (threads, steps, layout) => {
			const { stdout } = await promisify(execFile)(python, [SCRIPT, folder, `${threads}`, `${steps}`, layout], {
				// Its own setting leaves some of its pools as wide as the machine.
				env: { ...process.env, OMP_NUM_THREADS: `${threads}` },
			});
			return answer.parse(JSON.parse(stdout));
		},
		[Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
	};
}
