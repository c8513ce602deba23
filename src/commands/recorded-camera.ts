import { resolve } from 'node:path';
import type { CameraConfig, Config } from '../config/schema.ts';
import type { SourceOptions } from '../ingest/options.ts';
import { usage } from './options.ts';

/** The camera of that id, or the only one. @throws ForeframeError USAGE */
export function chooseCamera({ cameras }: Config, id: string | undefined, doing: string): CameraConfig {
	const camera = id === undefined && cameras.length === 1 ? cameras[0] : cameras.find((one) => one.id === id);
	if (camera !== undefined) return camera;
	const known = cameras.map((one) => one.id).join(', ');
	throw usage(`Cannot ${doing} the camera ${id ?? '(none named)'}: wanted one of ${known}`);
}

/** Video files, each read once and as fast as it can be. */
export function recordingsOf(paths: readonly string[]): readonly SourceOptions[] {
	return paths.map((path) => ({
		kind: 'file',
		path: resolve(path),
		pace: 'fast',
		loop: false,
		engine: 'node-av',
	}));
}
