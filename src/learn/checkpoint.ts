import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Clip } from './scene.ts';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.ts';
import { snapshotOf, type TrainingState } from './training-state.ts';

/** In the model's folder while it is learned. */
export const CHECKPOINT = 'learning.checkpoint';
/** One that did not belong to the run that found it. */
export const SET_ASIDE = `${CHECKPOINT}.old`;

/** Where a training writes down how far it is. */
export interface CheckpointFile {
	/** How long it works until the next one is written. */
	readonly everyMs: number;
	/**
	 * What `read` makes of the snapshot; null where there is none to go on from, and where `read` cannot use it.
	 * @throws ForeframeError CHECKPOINT_INVALID when one was required.
	 */
	load<State>(read: (snapshot: Snapshot) => State | null): Promise<State | null>;
	/** What cannot be written is told, and the one before stays: learning goes on. */
	save(snapshot: Snapshot): Promise<void>;
	/** The model is there: nothing is left to go on from. */
	remove(): Promise<void>;
}

export interface CheckpointOptions {
	/** The model's folder. */
	readonly folder: string;
	/** `required`: a run that cannot go on fails; `automatic`: it begins anew, and what lay there is set aside. */
	readonly resume: 'automatic' | 'required';
	readonly everyMs: number;
	readonly replaceFile: (path: string, content: Uint8Array) => Promise<void>;
	readonly warn: (message: string) => void;
	/** Told of every one that is on disk. */
	readonly saved: (numbers: Snapshot['numbers']) => void;
}

/** The checkpoint of the run with this fingerprint. */
export function checkpointFile(options: CheckpointOptions, fingerprint: string): CheckpointFile {
	const { folder, resume, everyMs, replaceFile, warn, saved } = options;
	const path = join(folder, CHECKPOINT);
	const refuse = async (reason: string): Promise<null> => {
		if (resume === 'required') {
			throw new ForeframeError('CHECKPOINT_INVALID', `Cannot go on from the checkpoint ${path}: ${reason}`);
		}
		await rename(path, join(folder, SET_ASIDE));
		warn(`Learning begins anew: the checkpoint ${path} ${reason}; it is kept as ${SET_ASIDE}`);
		return null;
	};
	return {
		everyMs,
		load: async (read) => {
			await removeLeftovers(folder);
			const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
			if (bytes instanceof Error) {
				const isMissing = bytes.code === 'ENOENT' || bytes.code === 'ENOTDIR';
				if (isMissing && resume === 'automatic') return null;
				const reason = isMissing ? 'there is none' : describeError(bytes);
				throw new ForeframeError('CHECKPOINT_INVALID', `Cannot go on from the checkpoint ${path}: ${reason}`);
			}
			let found: ReturnType<typeof decodeSnapshot>;
			try {
				found = decodeSnapshot(bytes);
			} catch (error) {
				return refuse(`is damaged: ${describeError(error)}`);
			}
			if (found.fingerprint !== fingerprint) return refuse('belongs to a run with other footage or options');
			return read(found.snapshot) ?? refuse('was made by another version of this program');
		},
		save: async (snapshot) => {
			try {
				await mkdir(folder, { recursive: true });
				await replaceFile(path, encodeSnapshot(snapshot, fingerprint));
			} catch (error) {
				warn(`Cannot write the checkpoint ${path}: ${describeError(error)}`);
				return;
			}
			saved(snapshot.numbers);
		},
		remove: () => rm(path, { force: true }),
	};
}

/** Saves a training's state now and then, and when it has to end. */
export function checkpointKeeper(file: CheckpointFile | undefined) {
	let savedStep = 0;
	let savedMs: number | null = null;
	const saveNow = async (state: TrainingState) => {
		if (file === undefined || state.step === savedStep) return;
		await file.save(snapshotOf(state));
		savedStep = state.step;
		savedMs = state.elapsedMs;
	};
	return {
		saveNow,
		saveWhenDue: async (state: TrainingState) => {
			savedMs ??= state.elapsedMs;
			if (file !== undefined && state.elapsedMs - savedMs >= file.everyMs) await saveNow(state);
		},
	};
}

/** Of all that decides what is learned: the footage to the pixel, and `options`, which JSON can say. */
export function fingerprintOf(footage: readonly (readonly Clip[])[], options: unknown): string {
	const hash = createHash('sha256').update(JSON.stringify(options));
	for (const [place, clips] of footage.entries()) {
		for (const { name, size, frames, doubted = [] } of clips) {
			hash.update(JSON.stringify([place, name, size, frames.length]));
			for (const frame of frames) hash.update(frame);
			for (const [frame, cells] of doubted.entries()) if (cells !== null) hash.update(`${frame} `).update(cells);
		}
	}
	return hash.digest('hex');
}

/** What a write that was killed has left. */
async function removeLeftovers(folder: string): Promise<void> {
	const names = await readdir(folder).catch(() => []);
	const left = names.filter((name) => name.startsWith(`${CHECKPOINT}.`) && name.endsWith('.tmp'));
	for (const name of left) await rm(join(folder, name), { force: true });
}
