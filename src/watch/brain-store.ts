import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForeframeError } from '../core/errors.ts';
import type { CameraId, UtcMs } from '../core/units.ts';
import { replaceFile } from '../record/replace-file.ts';
import type { StateFiles } from '../record/state-files.ts';
import type { Calibration } from '../score/calibration.ts';
import { readCalibration, writeCalibration } from '../score/calibration-file.ts';
import type { BrainStore } from './brain.ts';
import { memoryHistory } from './memory-history.ts';

export interface BrainStoreOptions {
	readonly state: StateFiles;
	readonly camera: CameraId;
	/** The calibration that the camera was given, if any. */
	readonly pack: string | null;
	/** SHA-256 of the weights that the camera learned itself; null: the configured model. */
	readonly learned: string | null;
	/** A calibration on footage from before is not used; null takes all. */
	readonly trustedFrom: UtcMs | null;
}

/** What a camera keeps for one model, in its folder of the state. */
export function brainStore({ state, camera, pack, learned, trustedFrom }: BrainStoreOptions): BrainStore {
	const own = () => join(state.path(camera), `${nameOf('calibration', learned)}.json`);
	const memory = nameOf('memory', learned);
	return {
		calibrations: async () =>
			[...(pack === null ? [] : [pack]), ...((await exists(own())) ? [own()] : [])].map((file) => async () => {
				const calibration = await readCalibration(file);
				requireTrusted(calibration, file, trustedFrom);
				return calibration;
			}),
		saveCalibration: async (calibration) => {
			await state.folder(camera);
			await writeCalibration(own(), calibration, replaceFile);
		},
		trustedFrom,
		loadNormal: (name) => state.load(camera, nameOf(name, learned)),
		saveNormal: (name, bytes) => state.save(camera, nameOf(name, learned), bytes),
		loadMemory: () => state.load(camera, memory),
		saveMemory: (bytes) => state.save(camera, memory, bytes),
		history: memoryHistory(state, camera, memory),
	};
}

/** Removes what a camera has kept for learned models but these. */
export async function forgetOthers(state: StateFiles, camera: CameraId, kept: readonly string[]): Promise<void> {
	const folder = state.path(camera);
	const ours = new Set(kept.map((sha256) => nameOf('', sha256)));
	for (const file of await readdir(folder)) {
		const of = /^(?:calibration|memory|normal(?:-[a-z]+)?)(-[0-9a-f]{12})(?:-at-\d+-[a-z]+)?\.(?:json|state)$/.exec(
			file,
		)?.[1];
		if (of !== undefined && !ours.has(of)) await rm(join(folder, file), { force: true });
	}
}

function nameOf(what: string, learned: string | null): string {
	return learned === null ? what : `${what}-${learned.slice(0, 12)}`;
}

/** @throws ForeframeError CALIBRATION_INVALID */
function requireTrusted({ footage }: Calibration, file: string, trustedFrom: UtcMs | null): void {
	if (trustedFrom === null || Date.parse(footage.from) >= trustedFrom) return;
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot use ${file}: it was made from footage of ${footage.from}, and the camera was moved at ${new Date(trustedFrom).toISOString()}`,
	);
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
