import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Evidence, EvidencePicture, Explanation } from '../core/explanation.ts';
import type { AlarmId, UtcMs } from '../core/units.ts';
import { replaceFile } from './replace-file.ts';
import { stateError } from './state-files.ts';

/** What explains alarms, as files: a folder for each day (UTC), in it one for each alarm. */
export interface EvidenceStore extends AsyncDisposable {
	/**
	 * Takes the place of what was kept of the alarm before, and is served from now on; it is written later. Where the disk does
	 * not take it, that is told as a warning.
	 */
	keep(evidence: Evidence): void;
	/** null where nothing is kept of the alarm. */
	explanation(alarm: AlarmId): Promise<Explanation | null>;
	/** A PNG file. */
	picture(alarm: AlarmId, picture: EvidencePicture): Promise<Uint8Array | null>;
	/** Forgets the evidence of alarms that started on days before. */
	forget(startedBefore: UtcMs): Promise<void>;
}

export interface EvidenceOptions {
	/** The oldest goes when there would be more. */
	readonly bytesMax: number;
	readonly observe: Observe;
}

const EXPLANATION = 'explanation.json';
/** Alarms whose evidence waits to be written; more means that the disk stands still, and the oldest is given up. */
const WAITING_MAX = 32;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @throws ForeframeError STORE_FAILED when the folder cannot be used. */
export async function openEvidence(folder: string, { bytesMax, observe }: EvidenceOptions): Promise<EvidenceStore> {
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw stateError(`make the folder ${folder}`, error);
	}
	const waiting = new Map<AlarmId, Evidence>();
	let bytes = await bytesIn(folder);
	let writing: Promise<void> | null = null;

	const warn = (detail: string) => observe({ kind: 'warning', about: 'evidence', detail });
	const write = async (evidence: Evidence): Promise<void> => {
		const { alarm } = evidence.explanation;
		const path = pathOf(folder, alarm);
		try {
			const before = await bytesIn(path);
			await rm(path, { recursive: true, force: true });
			await mkdir(path, { recursive: true, mode: 0o700 });
			for (const [name, png] of evidence.pictures) await replaceFile(join(path, `${name}.png`), png);
			// Last, so that what it names is there.
			await replaceFile(join(path, EXPLANATION), JSON.stringify(evidence.explanation));
			bytes += (await bytesIn(path)) - before;
			if (bytes > bytesMax) bytes = await makeRoom(folder, bytesMax);
		} catch (error) {
			warn(`what explains alarm ${alarm} is not kept: ${describeError(error)}`);
		}
	};
	const writeAll = async (): Promise<void> => {
		for (let next = first(waiting); next !== undefined; next = first(waiting)) {
			await write(next);
			// Otherwise newer evidence of the same alarm came meanwhile.
			if (waiting.get(next.explanation.alarm) === next) waiting.delete(next.explanation.alarm);
		}
		writing = null;
	};
	return {
		keep: (evidence) => {
			waiting.set(evidence.explanation.alarm, evidence);
			if (waiting.size > WAITING_MAX) {
				const oldest = waiting.keys().next().value!;
				waiting.delete(oldest);
				warn(`what explains alarm ${oldest} is not kept: ${WAITING_MAX} others wait to be written`);
			}
			writing ??= writeAll();
		},
		explanation: async (alarm) => {
			const kept = waiting.get(alarm);
			if (kept !== undefined) return kept.explanation;
			const text = await readIfThere(join(pathOf(folder, alarm), EXPLANATION));
			return text === null ? null : (JSON.parse(text.toString('utf8')) as Explanation);
		},
		picture: async (alarm, picture) => {
			const kept = waiting.get(alarm);
			if (kept !== undefined) return kept.pictures.get(picture) ?? null;
			return readIfThere(join(pathOf(folder, alarm), `${picture}.png`));
		},
		forget: async (startedBefore) => {
			const day = dayOf(startedBefore);
			for (const name of await days(folder)) {
				if (name < day) await rm(join(folder, name), { recursive: true, force: true });
			}
			bytes = await bytesIn(folder);
		},
		[Symbol.asyncDispose]: async () => {
			await writing;
		},
	};
}

/** The id begins with the time (UUIDv7, RFC 9562 §5.7), so that no index is needed. */
function pathOf(folder: string, alarm: AlarmId): string {
	const startedAt = Number.parseInt(alarm.replaceAll('-', '').slice(0, 12), 16) as UtcMs;
	return join(folder, dayOf(startedAt), alarm);
}

function dayOf(at: UtcMs): string {
	return new Date(at).toISOString().slice(0, 10);
}

async function days(folder: string): Promise<string[]> {
	return (await readdir(folder)).filter((name) => DAY.test(name)).toSorted();
}

/** Removes the oldest alarms until a tenth is free; returns the bytes that are left. */
async function makeRoom(folder: string, bytesMax: number): Promise<number> {
	let bytes = await bytesIn(folder);
	for (const day of await days(folder)) {
		// Names of one day sort by the time in them.
		for (const alarm of (await readdir(join(folder, day))).toSorted()) {
			if (bytes <= 0.9 * bytesMax) return bytes;
			const path = join(folder, day, alarm);
			bytes -= await bytesIn(path);
			await rm(path, { recursive: true, force: true });
		}
	}
	return bytes;
}

async function bytesIn(folder: string): Promise<number> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	let bytes = 0;
	for (const entry of entries) {
		if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
	}
	return bytes;
}

async function readIfThere(path: string): Promise<Buffer | null> {
	try {
		return await readFile(path);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw error;
	}
}

function first<Value>(map: ReadonlyMap<unknown, Value>): Value | undefined {
	return map.values().next().value;
}
