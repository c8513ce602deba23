import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeError, ForeframeError } from '../core/errors.ts';

/** What to run networks with: a package of a folder, and the Node.js for it. */
export interface Installation {
	/** Its `node_modules` holds the package. */
	readonly folder: string;
	readonly packageName: string;
	readonly node: string;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** The best first. The bindings of the first two are compiled; the last is plain JavaScript and slow. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs-core'] as const;
/** Node.js 23 took functions away that the compiled packages, 4.22 the last of them, still call. */
const NODE_MAX = 22;
/** What `child.ts` is written for. */
const NODE_MIN = 20;
const VERSION_MS = 10_000;
const run = promisify(execFile);

/**
 * @param node the configured Node.js
 * @throws ForeframeError PROVIDER_REFUSED where no package is installed, or no Node.js that can load it
 */
export async function findInstallation(
	{ node }: { readonly node?: string | undefined },
	{ folder = PROJECT, path = process.env['PATH'] ?? '' } = {},
): Promise<Installation> {
	const packageName = installedPackage(folder);
	if (packageName === null) {
		throw refused(`none of ${PACKAGES.join(', ')} is installed in ${folder}: see docs/gpu.md`);
	}
	const compiled = packageName !== '@tensorflow/tfjs-core';
	if (node === undefined && !compiled) return { folder, packageName, node: process.execPath };
	const newest = compiled ? NODE_MAX : Number.POSITIVE_INFINITY;
	if (node !== undefined) {
		const major = await majorVersion(node).catch((error) => {
			throw refused(`${node} cannot be run: ${describeError(error)}`);
		});
		if (major >= NODE_MIN && major <= newest) return { folder, packageName, node };
		throw refused(`${node} is Node.js ${major}: ${packageName} wants ${wanted(newest)}`);
	}
	const found = await newestOnPath(path, newest);
	if (found !== null) return { folder, packageName, node: found };
	throw refused(`${packageName} wants Node.js ${wanted(newest)}, and the PATH has none: set inference.tensorflowNode`);
}

function installedPackage(folder: string): string | null {
	const { resolve } = createRequire(join(folder, 'package.json'));
	const found = PACKAGES.find((name) => {
		try {
			resolve(name);
			if (name === '@tensorflow/tfjs-core') resolve('@tensorflow/tfjs-backend-cpu');
			return true;
		} catch {
			return false;
		}
	});
	return found ?? null;
}

async function newestOnPath(path: string, newest: number): Promise<string | null> {
	let best: { readonly node: string; readonly major: number } | null = null;
	for (const folder of new Set(path.split(delimiter).filter((part) => part !== ''))) {
		const node = join(folder, 'node');
		const major = await majorVersion(node).catch(() => null);
		if (major === null || major < NODE_MIN || major > newest) continue;
		if (best === null || major > best.major) best = { node, major };
	}
	return best?.node ?? null;
}

async function majorVersion(node: string): Promise<number> {
	const { stdout } = await run(node, ['--version'], { timeout: VERSION_MS });
	const major = /^v(\d+)\./.exec(stdout)?.[1];
	if (major === undefined) throw new Error(`it says ${JSON.stringify(stdout.slice(0, 40))}, which is no version`);
	return Number(major);
}

function wanted(newest: number): string {
	return Number.isFinite(newest) ? `${NODE_MIN} to ${newest}` : `${NODE_MIN} or newer`;
}

function refused(reason: string): ForeframeError {
	return new ForeframeError('PROVIDER_REFUSED', `TensorFlow.js cannot be used: ${reason}`);
}
