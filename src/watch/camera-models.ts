import type { CameraConfig } from '../config/schema.ts';
import { describeError, ForeframeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { CameraModel } from '../core/learning-state.ts';
import type { UtcMs } from '../core/units.ts';
import { selfTest } from '../detect/golden.ts';
import { readGolden } from '../detect/golden-file.ts';
import { readModel } from '../detect/mnad/model.ts';
import type { DetectorOptions } from '../detect/options.ts';
import type { Detectors, OpenedDetector } from '../detectors.ts';
import type { StateFiles } from '../record/state-files.ts';
import type { Calibration } from '../score/calibration.ts';
import { brainStore, forgetOthers } from './brain-store.ts';
import type { Knowledge } from './brains.ts';
import type { ExamRequest } from './learning/examine-protocol.ts';
import type { LearnedModels } from './learning/life.ts';
import { type ModelVersion, openModelStore } from './model-store.ts';

/** The models that a camera may be watched with: its own versions, and the configured one. */
export interface CameraModels extends LearnedModels {
	/** What the camera is watched with. */
	readonly knowledge: Knowledge;
	/** null where nothing was learned. */
	readonly model: CameraModel | null;
	/** The running model has a calibration from now on. @throws ForeframeError STORE_FAILED */
	calibrate(calibration: Calibration): Promise<void>;
	/** For an exam. */
	running(): Promise<ExamRequest['running']>;
}

export interface CameraModelsParts {
	readonly camera: CameraConfig;
	readonly state: StateFiles;
	readonly detectors: Detectors;
	readonly observe: Observe;
	/** See `BrainStoreOptions`. */
	readonly trustedFrom: UtcMs | null;
	/** See `Brains.adopt`. */
	readonly adopt: (knowledge: Knowledge, waitMs: number) => Promise<void>;
	readonly chosen: (model: CameraModel | null, detail: string) => void;
}

/** A model that is ready for use. */
interface Ready {
	readonly opened: OpenedDetector;
	readonly knowledge: Knowledge;
	readonly version: ModelVersion | null;
	readonly model: CameraModel | null;
}

/** An alarm that is open may keep a new model from taking over for so long. */
const WAIT_MS = 10 * 60_000;
/** What was asked for by a person, or cannot wait. */
const HASTE_MS = 5000;

/** @throws ForeframeError MODEL_INVALID when the configured model cannot be used either; STORE_FAILED */
export async function openCameraModels(parts: CameraModelsParts): Promise<CameraModels> {
	const { camera, state, detectors, observe, adopt, chosen } = parts;
	const { id, detector: configured, framesPerSecond, score } = camera;
	const store = openModelStore({ camera: id, folder: state.path(id), observe });
	let { trustedFrom } = parts;

	const ready = async (version: ModelVersion | null): Promise<Ready> => {
		const options: DetectorOptions =
			version === null || configured.name !== 'mnad' ? configured : { ...configured, model: version.folder };
		const opened = await detectors.open(options, framesPerSecond);
		const { detector, model } = opened;
		const sha256 = model?.manifest.sha256 ?? null;
		const learned = version === null ? null : sha256;
		const pack = version === null ? (score.calibration ?? null) : null;
		return {
			opened,
			knowledge: { detector, store: brainStore({ state, camera: id, pack, learned, trustedFrom }) },
			version,
			model: sha256 === null ? null : { ...detector.model, sha256, learned: version !== null },
		};
	};
	/** As `ready`, for a version that may turn out to be of no use. */
	const tested = async (version: ModelVersion): Promise<Ready | null> => {
		let found: Ready | null = null;
		try {
			found = await ready(version);
			requireRate(found.opened, framesPerSecond);
			const golden = await readGolden(version.folder, version.model.sha256);
			if (golden !== null) await selfTest(found.opened.detector, golden);
			return found;
		} catch (error) {
			if (!isForeframeError(error, 'MODEL_INVALID', 'SELF_TEST_FAILED', 'PROVIDER_REFUSED')) throw error;
			const detail = `its own model ${version.name} is not used: ${describeError(error)}`;
			observe({ kind: 'warning', about: id, detail });
			if (found !== null) await detectors.close(found.opened);
			return null;
		}
	};
	const newest = async (): Promise<Ready> => {
		const versions = configured.name === 'mnad' ? await store.list() : [];
		for (const version of versions) {
			const found = await tested(version);
			if (found !== null) return found;
		}
		return ready(null);
	};
	let current = await newest();
	chosen(current.model, current.version === null ? 'as configured' : `promoted on ${current.version.promotedAt}`);

	/** Watches with another one; where it cannot be used, all stays as it is. */
	const take = async (next: Ready, waitMs: number, detail: string): Promise<void> => {
		try {
			await adopt(next.knowledge, waitMs);
		} catch (error) {
			await detectors.close(next.opened);
			throw error;
		}
		const before = current;
		current = next;
		chosen(next.model, detail);
		await detectors.close(before.opened);
	};

	return {
		get knowledge() {
			return current.knowledge;
		},
		get model() {
			return current.model;
		},
		calibrate: async (calibration) => {
			await current.knowledge.store.saveCalibration(calibration);
			await adopt({ ...current.knowledge }, HASTE_MS);
		},
		running: async () => {
			const memory = await current.knowledge.store.loadMemory();
			const name = current.version?.folder ?? (configured.name === 'mnad' ? configured.model : '');
			return { name, memory: memory === null ? null : Buffer.from(memory).toString('base64') };
		},
		promote: async (folder, { judgement, exam, calibration }, at) => {
			const { sha256 } = (await readModel(folder)).manifest;
			const kept = brainStore({ state, camera: id, pack: null, learned: sha256, trustedFrom });
			// Before the version, so that there is none without.
			if (calibration !== null) await kept.saveCalibration(calibration);
			const version = await store.promote(folder, { at, judgement, exam, golden: null });
			try {
				await take(await ready(version), WAIT_MS, 'it was promoted');
			} catch (error) {
				await store.rollBack();
				throw error;
			}
			await forgetOthers(
				state,
				id,
				(await store.list()).map(({ model }) => model.sha256),
			);
		},
		rollBack: async () => {
			const running = current.version;
			if (running === null && (await store.current()) === null) {
				throw new ForeframeError('USAGE', `Camera ${id} runs the configured model: there is none before it`);
			}
			// Newer ones than the running one did not pass their self-test, and are given up with it.
			for (let given = await store.current(); given !== null; given = await store.current()) {
				await store.rollBack();
				if (given.name === running?.name) break;
			}
			const next = await newest();
			const name = next.version === null ? 'the configured model' : `version ${next.version.name}`;
			await take(next, HASTE_MS, 'it was rolled back to');
			return `${name} is used again`;
		},
		distrust: async (from) => {
			trustedFrom = from;
			while ((await store.current()) !== null) await store.rollBack();
			await take(await ready(null), HASTE_MS, 'the camera was moved');
		},
	};
}

/** The camera may have been given another rate since. */
function requireRate({ model }: OpenedDetector, framesPerSecond: number): void {
	const rate = model?.manifest.framesPerSecond;
	if (rate === framesPerSecond) return;
	throw new ForeframeError(
		'MODEL_INVALID',
		`It was learned at ${rate} frames a second, the camera has ${framesPerSecond}`,
	);
}
