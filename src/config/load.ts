import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressSecrets, createSecrets, type Secrets } from '../core/secrets.ts';
import { toConfig } from './config.ts';
import { type ConfigDocument, readDocument } from './document.ts';
import { type Surroundings, withFiles } from './files.ts';
import type { Finding } from './finding.ts';
import { schemaProblems } from './issues.ts';
import { normalise } from './normalise.ts';
import { configError, type Problem } from './problem.ts';
import { type Config, type ConfigFile, configSchema } from './schema.ts';
import { senseOf } from './sense.ts';

export interface LoadOptions {
	readonly env: { readonly CREDENTIALS_DIRECTORY?: string | undefined };
	/** Folder of the shipped models. */
	readonly models?: string;
	/** Where the secrets that are found are remembered; one of its own when not given. */
	readonly secrets?: Secrets;
}

export interface LoadedConfig {
	readonly config: Config;
	/** Knows every secret of the configuration; for the log, the API and every error that is shown. */
	readonly secrets: Secrets;
	readonly warnings: readonly Problem[];
}

export type LoadResult =
	| ({ readonly kind: 'loaded' } & LoadedConfig)
	/** All errors at once, and the warnings with them. */
	| { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** Reads a configuration file and checks it, its secrets and the files it names. Never throws for what a person wrote. */
export async function loadConfig(
	path: string,
	{ env, models = MODELS, secrets = createSecrets() }: LoadOptions,
): Promise<LoadResult> {
	const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
	if (bytes instanceof Error) return refuse([unreadable(path, bytes)]);
	const document = readDocument(path, bytes);
	if (!('placeOfKey' in document)) return refuse(document);

	const value = normalise(document.value);
	const parsed = configSchema.safeParse(value, { reportInput: true });
	const surroundings = { folder: dirname(resolve(path)), credentials: env.CREDENTIALS_DIRECTORY || undefined, models };
	if (!parsed.success) {
		const problems = schemaProblems(parsed.error.issues, configSchema, value, document);
		const rest = soundPart(value);
		const more = rest === null ? [] : (await examine(rest, surroundings, secrets)).findings;
		const certain = more.filter((one) => one.severity === 'error');
		return refuse(inOrder([...problems, ...certain.map((finding) => problemAt(finding, document, secrets))]));
	}
	const { config, findings } = await examine(parsed.data, surroundings, secrets);
	const problems = inOrder(findings.map((finding) => problemAt(finding, document, secrets)));
	if (problems.some((problem) => problem.severity === 'error')) return refuse(problems);
	return { kind: 'loaded', config: toConfig(config), secrets, warnings: problems };
}

/** @throws ForeframeError CONFIG_INVALID with every problem on a line of its own. */
export async function requireConfig(path: string, options: LoadOptions): Promise<LoadedConfig> {
	const result = await loadConfig(path, options);
	if (result.kind === 'refused') throw configError(result.problems);
	return result;
}

/**
 * The cameras and sections that are well-formed by themselves, so that what they name is checked even when others are
 * wrong; in place of those stand defaults, or a camera that is switched off.
 */
function soundPart(value: unknown): ConfigFile | null {
	if (typeof value !== 'object' || value === null) return null;
	const { cameras = {}, ...sections } = value as Record<string, unknown>;
	const alone = Object.entries(sections).filter(
		([name, section]) => configSchema.safeParse({ cameras: NO_CAMERA, [name]: section }).success,
	);
	const sound = Object.entries(cameras ?? {}).filter(
		([id, camera]) => configSchema.safeParse({ cameras: { [id]: camera } }).success,
	);
	const part = { ...Object.fromEntries(alone), cameras: sound.length === 0 ? NO_CAMERA : Object.fromEntries(sound) };
	return configSchema.safeParse(part).data ?? null;
}

const NO_CAMERA = { none: { source: { kind: 'rtsp', url: 'rtsp://localhost' }, enabled: false } };

async function examine(config: ConfigFile, surroundings: Surroundings, secrets: Secrets) {
	for (const address of addressesOf(config)) for (const secret of addressSecrets(address)) secrets.add(secret);
	const files = await withFiles(config, surroundings, secrets);
	return { config: files.config, findings: [...senseOf(config), ...files.findings] };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
	return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function refuse(problems: readonly Problem[]): LoadResult {
	return { kind: 'refused', problems };
}

function unreadable(file: string, error: NodeJS.ErrnoException): Problem {
	const reasons: Record<string, string> = {
		ENOENT: 'the file does not exist',
		EACCES: 'this user may not read the file',
		EISDIR: 'this is a folder: wanted a file',
		ERR_FS_FILE_TOO_LARGE: 'the file is far too large for a configuration',
	};
	const message = reasons[error.code ?? ''] ?? `the file cannot be read (${error.code})`;
	return { severity: 'error', file, line: null, column: null, key: '', message };
}

function addressesOf(config: ConfigFile): readonly string[] {
	const cameras = Object.values(config.cameras).map((camera) => camera.source);
	return [config.mqtt.url, ...cameras.flatMap((source) => (source.kind === 'rtsp' ? [source.url] : []))];
}

function problemAt({ severity, path, at, message }: Finding, document: ConfigDocument, secrets: Secrets): Problem {
	const place = at === 'key' ? document.placeOfKey(path) : document.placeOfValue(path);
	return { severity, file: document.file, ...place, key: path.join('.'), message: secrets.redact(message) };
}
