import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ForeframeError } from '../../core/errors.ts';
import { type MnadModel, readModel } from './model.ts';

/**
 * Finds a model by a folder's path or a shipped model's name. Where the folder holds one model per frame rate
 * (`5fps/`, `10fps/`), the one nearest to the camera's is taken: what moves in a frame at one rate does not at another.
 * @param shipped folder of the shipped models
 * @throws ForeframeError MODEL_INVALID
 */
export async function findModel(name: string, framesPerSecond: number | null, shipped: string): Promise<MnadModel> {
	const folder = isAbsolute(name) || name.startsWith('.') || name.includes('/') ? resolve(name) : join(shipped, name);
	if (existsSync(join(folder, 'model.json'))) return readModel(folder);
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	const variants = entries
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
		.filter((entry) => existsSync(join(folder, entry.name, 'model.json')))
		.map((entry) => join(folder, entry.name));
	if (variants.length === 0) {
		throw new ForeframeError('MODEL_INVALID', `Cannot find the model ${name}: ${folder} holds no model.json`);
	}
	const models = await Promise.all(variants.map(readModel));
	const distance = ({ manifest }: MnadModel) =>
		framesPerSecond === null
			? -manifest.framesPerSecond
			: Math.abs(Math.log(manifest.framesPerSecond / framesPerSecond));
	return models.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}
