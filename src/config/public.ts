import { maskAddresses, redactDeep } from '../core/secrets.ts';
import type { Config } from './schema.ts';

/** A configuration that anybody may see: passwords in addresses masked, files with secrets not named. */
export function publicConfig(config: Config): unknown {
	return withoutSecretFiles(redactDeep({ ...config }, maskAddresses));
}

function withoutSecretFiles(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutSecretFiles);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [key, key === 'passwordFile' ? '***' : withoutSecretFiles(inner)]),
	);
}
