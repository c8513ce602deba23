import { inspect } from 'node:util';
import { cameraId } from '../core/units.ts';
import { publicConfig } from './public.ts';
import type { CameraConfig, Config, ConfigFile } from './schema.ts';

/** The file's values as the daemon uses them: cameras in a list, nothing undefined, nothing changeable. */
export function toConfig({ cameras, ...rest }: ConfigFile): Config {
	const list = Object.entries(cameras).map(
		([id, camera]): CameraConfig => ({ ...camera, id: cameraId(id), name: camera.name ?? id }),
	);
	const config = withoutUndefined({ ...rest, cameras: list }) as Config;
	// Addresses may hold passwords: printed, or turned into JSON as a whole, a configuration shows its public form.
	const shown = () => publicConfig(config);
	Object.defineProperty(config, inspect.custom, { value: shown });
	Object.defineProperty(config, 'toJSON', { value: shown });
	return deepFreeze(config);
}

function withoutUndefined(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutUndefined);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, withoutUndefined(inner)]])),
	);
}

function deepFreeze<Value>(value: Value): Value {
	if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner);
	return Object.freeze(value);
}
