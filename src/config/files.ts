import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isForeframeError } from '../core/errors.ts';
import type { Secrets } from '../core/secrets.ts';
import { cameraId } from '../core/units.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import { nearest } from './nearest.ts';
import type { ConfigFile } from './schema.ts';
import { readSecretFile } from './secret-file.ts';

export interface Surroundings {
	/** The configuration's own folder, which relative paths start from. */
	readonly folder: string;
	/** $CREDENTIALS_DIRECTORY. */
	readonly credentials: string | undefined;
	/** Where the shipped models are. */
	readonly models: string;
}

/**
 * The configuration with its paths absolute (a shipped model keeps its name), and what is wrong with the files it names.
 * Passwords that were read are remembered in `secrets`; their files are read again by whoever connects.
 */
export async function withFiles(
	config: ConfigFile,
	surroundings: Surroundings,
	secrets: Secrets,
): Promise<{ readonly config: ConfigFile; readonly findings: readonly Finding[] }> {
	const findings: Finding[] = [];
	const within = (path: string) => resolve(surroundings.folder, path);

	const existing = async (path: readonly string[], name: string, kind: 'file' | 'folder') => {
		const wrong = await whatIsWrong(within(name), kind);
		if (wrong !== null) findings.push(errorAt(path, wrong));
		return within(name);
	};
	const secretFile = async (path: readonly string[], name: string, username: string | undefined) => {
		try {
			const { path: found, secret, open } = await readSecretFile(name, surroundings);
			secrets.add(secret);
			if (username !== undefined) secrets.add(Buffer.from(`${username}:${secret}`).toString('base64'));
			if (open) findings.push(warningAt(path, `every user of this machine can read ${found}: chmod o-r it`));
			return found;
		} catch (error) {
			if (!isForeframeError(error, 'SECRET_UNREADABLE')) throw error;
			findings.push(errorAt(path, error.message));
			return name;
		}
	};
	const model = async (path: readonly string[], name: string) => {
		const bare = !/[/\\]/.test(name) && !name.startsWith('.');
		if (bare && (await whatIsWrong(join(surroundings.models, name), 'folder')) === null) return name;
		const wrong = await whatIsWrong(within(name), 'folder');
		if (wrong !== null) findings.push(errorAt(path, bare ? await noSuchModel(name, surroundings.models) : wrong));
		return within(name);
	};

	const cameras: ConfigFile['cameras'] = {};
	for (const [id, camera] of Object.entries(config.cameras)) {
		const at = (...keys: string[]) => ['cameras', id, ...keys];
		const changed = {
			...camera,
			source: { ...camera.source },
			detector: { ...camera.detector },
			score: { ...camera.score },
		};
		const { source, detector, score } = changed;
		if (source.kind !== 'rtsp') {
			source.path = await existing(at('source', 'path'), source.path, source.kind === 'file' ? 'file' : 'folder');
		} else {
			if (source.passwordFile !== undefined) {
				source.passwordFile = await secretFile(at('source', 'passwordFile'), source.passwordFile, source.username);
			}
			if (source.caFile !== undefined) source.caFile = await existing(at('source', 'caFile'), source.caFile, 'file');
		}
		if (detector.name === 'mnad') detector.model = await model(at('detector', 'model'), detector.model);
		if (score.calibration !== undefined) {
			score.calibration = await existing(at('score', 'calibration'), score.calibration, 'file');
		}
		cameras[cameraId(id)] = changed;
	}

	const mqtt = { ...config.mqtt };
	if (mqtt.caFile !== undefined) mqtt.caFile = await existing(['mqtt', 'caFile'], mqtt.caFile, 'file');
	if (mqtt.passwordFile !== undefined) {
		mqtt.passwordFile = await secretFile(['mqtt', 'passwordFile'], mqtt.passwordFile, mqtt.username);
	}
	const record = { ...config.record, folder: within(config.record.folder) };
	return { config: { ...config, cameras, mqtt, record }, findings };
}

async function whatIsWrong(path: string, wanted: 'file' | 'folder'): Promise<string | null> {
	const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
	if (found instanceof Error) {
		if (found.code === 'ENOENT') return `${path} does not exist: wanted a ${wanted}`;
		return `${path} cannot be looked at (${found.code}): wanted a ${wanted} that this user may read`;
	}
	const right = wanted === 'file' ? found.isFile() : found.isDirectory();
	return right ? null : `${path} is not a ${wanted}`;
}

async function noSuchModel(name: string, models: string): Promise<string> {
	const entries = await readdir(models, { withFileTypes: true }).catch(() => []);
	const shipped = entries
		.filter((entry) => entry.isDirectory() && entry.name !== 'calibration')
		.map((entry) => entry.name);
	const near = nearest(name, shipped);
	if (near !== null) return `there is no model ${name}; did you mean ${near}?`;
	const known = shipped.length === 0 ? 'none is shipped' : `shipped: ${shipped.join(', ')}`;
	return `there is no model ${name}: wanted the name of a shipped one (${known}) or the path of a folder`;
}
