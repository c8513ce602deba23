import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ConfigFolder extends AsyncDisposable {
	readonly path: string;
	/** A folder with one empty shipped model, `mnad-compact`. */
	readonly models: string;
	/** Writes a file, by default readable by its owner only; returns its path. */
	write(name: string, content: string | Uint8Array, mode?: number): Promise<string>;
}

/** A temporary folder for configurations and the files they name. */
export async function configFolder(): Promise<ConfigFolder> {
	const path = await mkdtemp(join(tmpdir(), 'foreframe-config-'));
	const models = join(path, 'shipped-models');
	await mkdir(join(models, 'mnad-compact'), { recursive: true });
	return {
		path,
		models,
		write: async (name, content, mode = 0o600) => {
			const file = join(path, name);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, content);
			await chmod(file, mode);
			return file;
		},
		[Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
	};
}
