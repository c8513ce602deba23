import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { CameraId, UtcMs } from '../core/units.ts';
import { GOLDEN_TOLERANCE, type Golden } from '../detect/golden.ts';
import { GOLDEN, GOLDEN_FRAMES, goldenFiles } from '../detect/golden-file.ts';
import { readModel } from '../detect/mnad/model.ts';
import type { ExamReport } from '../learn/exam-report.ts';
import type { Judgement } from '../learn/promotion.ts';
import { stateError } from '../record/state-files.ts';
import { type ModelStoreIo, systemIo } from './model-store-io.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const NAME = /^(\d{4,})-[0-9a-f]{12}$/;

const versionFile = z.strictObject({
	kind: z.literal('foreframe-model-version'),
	version: z.literal(1),
	model: z.strictObject({ id: z.string(), sha256: hash }),
	promotedAt: z.iso.datetime(),
	/** For people: why it was promoted. */
	why: z.string(),
	/** SHA-256 of each of its files. */
	files: z.record(z.string().regex(/^[a-z][a-z0-9.-]*$/), hash),
});
type VersionFile = z.infer<typeof versionFile>;

const pointerFile = z.strictObject({
	kind: z.literal('foreframe-current-model'),
	version: z.literal(1),
	/** The versions in use one after the other; the last is the current one. Empty: the configured model is used. */
	history: z.array(z.string().regex(NAME)).max(64),
	/** Numbers are never given twice. */
	last: z.number().int().min(0),
});
type Pointer = z.infer<typeof pointerFile>;

/** One model that a camera has promoted. */
export interface ModelVersion {
	/** `0007-e8eb1505b0c9`: a number that counts up, and the weights' hash. */
	readonly name: string;
	/** A model's folder, for `readModel`. */
	readonly folder: string;
	readonly model: { readonly id: string; readonly sha256: string };
	readonly promotedAt: string;
	readonly why: string;
	readonly current: boolean;
}

/** What goes with a model into its version. */
export interface Promotion {
	readonly at: UtcMs;
	readonly judgement: Judgement;
	/** The candidate's. */
	readonly exam: ExamReport;
	/** Windows of the camera's own footage; null keeps what the folder has. */
	readonly golden: Golden | null;
}

/** One camera's own models on disk. At every moment, whatever happens, the current one is the old or the new, whole. */
export interface ModelStore {
	/** The versions that can be used, the newest first. A damaged one is left out. */
	list(): Promise<readonly ModelVersion[]>;
	/**
	 * The version in use; where it is damaged the one before, with a warning. null: the camera uses the configured model.
	 * @throws ForeframeError STORE_FAILED
	 */
	current(): Promise<ModelVersion | null>;
	/**
	 * Copies a model's folder into the store and makes it the current one; the oldest goes where there are too many.
	 * @throws ForeframeError MODEL_INVALID when the folder holds no usable model, STORE_FAILED
	 */
	promote(folder: string, promotion: Promotion): Promise<ModelVersion>;
	/**
	 * Gives up the current version and goes back to the one before it; it is not come back to. null: there is none, so that
	 * the configured model is used from now on.
	 * @throws ForeframeError STORE_FAILED
	 */
	rollBack(): Promise<ModelVersion | null>;
}

export interface ModelStoreOptions {
	readonly camera: CameraId;
	/** The camera's folder in the state. */
	readonly folder: string;
	readonly observe: Observe;
	/** Versions that are kept, the current one among them; 3 unless told. */
	readonly keep?: number;
	/** For tests. */
	readonly io?: ModelStoreIo;
}

const MODELS = 'models';
const CURRENT = 'current.json';
const VERSION = 'version.json';
const EXAM = 'exam.json';
const NOTHING: Pointer = { kind: 'foreframe-current-model', version: 1, history: [], last: 0 };

export function openModelStore(options: ModelStoreOptions): ModelStore {
	const { camera, observe, keep = 3, io = systemIo } = options;
	const root = join(options.folder, MODELS);
	const told = new Set<string>();
	// Changes come one after the other.
	let last: Promise<unknown> = Promise.resolve();
	const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
		const next = last.then(() => guarded(change));
		last = next.catch(() => {});
		return next;
	};
	const warn = (detail: string) => {
		// A damaged version is damaged at every look.
		if (!told.has(detail)) observe({ kind: 'warning', about: `models of ${camera}`, detail });
		told.add(detail);
	};

	const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
		try {
			return await work();
		} catch (error) {
			if (error instanceof ForeframeError) throw error;
			throw stateError(`use the models in ${root}`, error);
		}
	};
	/** null, with a warning, where a file is missing or not what it was. */
	const verified = async (name: string, current: boolean): Promise<ModelVersion | null> => {
		const folder = join(root, name);
		try {
			const { model, promotedAt, why, files } = parseVersion(await readFile(join(folder, VERSION), 'utf8'));
			for (const [file, sha256] of Object.entries(files)) {
				const found = hashOf(await readFile(join(folder, file)));
				if (found !== sha256) throw new Error(`${file} has the SHA-256 ${found}, ${VERSION} wants ${sha256}`);
			}
			return { name, folder, model, promotedAt, why, current };
		} catch (error) {
			warn(`the model version ${name} is damaged and left aside: ${describeError(error)}`);
			return null;
		}
	};
	const readPointer = async (): Promise<Pointer> => {
		const path = join(root, CURRENT);
		try {
			return pointerFile.parse(JSON.parse(await readFile(path, 'utf8')));
		} catch (error) {
			if (codeOf(error) === 'ENOENT') return NOTHING;
			// What is there in order of its numbers is what was promoted, perhaps with one that had been given up.
			const history = (await namesIn(root)).slice(-keep);
			warn(`${path} is damaged; the newest model version is taken: ${describeError(error)}`);
			return { ...NOTHING, history, last: numberOf(history.at(-1)) };
		}
	};
	const writePointer = (pointer: Pointer) =>
		io.replaceFile(join(root, CURRENT), `${JSON.stringify(pointer, null, '\t')}\n`);
	const usable = async ({ history }: Pointer): Promise<ModelVersion[]> => {
		const versions: ModelVersion[] = [];
		for (const name of history.toReversed()) {
			const version = await verified(name, versions.length === 0);
			if (version !== null) versions.push(version);
		}
		return versions;
	};
	const newest = async ({ history }: Pointer): Promise<ModelVersion | null> => {
		for (const name of history.toReversed()) {
			const version = await verified(name, true);
			if (version !== null) return version;
		}
		return null;
	};
	/** What no pointer names: versions that were given up or are too old, and what a kill has left half done. */
	const sweep = async ({ history }: Pointer): Promise<void> => {
		for (const entry of await readdir(root)) {
			if (entry !== CURRENT && !history.includes(entry)) await io.remove(join(root, entry));
		}
	};

	return {
		list: () => inTurn(async () => usable(await readPointer())),
		current: () => inTurn(async () => newest(await readPointer())),
		promote: (source, promotion) =>
			inTurn(async () => {
				const { manifest } = await readModel(source);
				await io.makeFolder(root);
				const before = await readPointer();
				await sweep(before);
				const number = before.last + 1;
				const name = `${String(number).padStart(4, '0')}-${manifest.sha256.slice(0, 12)}`;
				const files = await contentsOf(source, promotion);
				const version: VersionFile = {
					kind: 'foreframe-model-version',
					version: 1,
					model: { id: manifest.id, sha256: manifest.sha256 },
					promotedAt: new Date(promotion.at).toISOString(),
					why: promotion.judgement.why,
					files: Object.fromEntries([...files].map(([file, content]) => [file, hashOf(content)])),
				};
				files.set(VERSION, Buffer.from(`${JSON.stringify(version, null, '\t')}\n`));
				await io.makeVersion(join(root, name), files);
				const pointer = { ...before, history: [...before.history, name].slice(-keep), last: number };
				await writePointer(pointer);
				await sweep(pointer);
				return { ...(await verified(name, true))! };
			}),
		rollBack: () =>
			inTurn(async () => {
				const before = await readPointer();
				// What is damaged is not in use: the one that is, is given up.
				const given = (await newest(before))?.name;
				const history = given === undefined ? [] : before.history.slice(0, before.history.indexOf(given));
				const pointer = { ...before, history };
				if (before.history.length > 0) await writePointer(pointer);
				return newest(pointer);
			}),
	};
}

/** The model as it lies in its folder, its exam and its golden windows. */
async function contentsOf(source: string, { exam, golden, judgement }: Promotion): Promise<Map<string, Buffer>> {
	const files = new Map<string, Buffer>();
	for (const name of ['model.json', 'weights.safetensors']) files.set(name, await readFile(join(source, name)));
	if (golden === null) {
		for (const name of [GOLDEN, GOLDEN_FRAMES]) {
			const content = await readFile(join(source, name)).catch(() => null);
			if (content !== null) files.set(name, content);
		}
	} else {
		for (const [name, content] of goldenFiles(golden)) files.set(name, Buffer.from(content));
	}
	return files.set(EXAM, Buffer.from(`${JSON.stringify({ judgement, exam, tolerance: GOLDEN_TOLERANCE })}\n`));
}

function parseVersion(text: string): VersionFile {
	return versionFile.parse(JSON.parse(text));
}

async function namesIn(root: string): Promise<string[]> {
	const entries = await readdir(root).catch(() => []);
	return entries.filter((name) => NAME.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(name: string | undefined): number {
	return Number(name?.match(NAME)?.[1] ?? 0);
}

function hashOf(content: Uint8Array): string {
	return createHash('sha256').update(content).digest('hex');
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : null;
}
