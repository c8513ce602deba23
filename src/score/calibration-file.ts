import { readFile } from 'node:fs/promises';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import { type Calibration, calibrationSchema } from './calibration.ts';

/** What a camera runs with; a calibration holds for exactly this. */
export interface CalibrationFit {
	readonly model: { readonly id: string; readonly version: string };
	readonly size: Size;
	readonly framesPerSecond: number;
	readonly smoothing: number;
	/** Fingerprint of the camera's mask; null for none. */
	readonly mask: string | null;
}

/** @throws ForeframeError CALIBRATION_INVALID when the file cannot be read or is not a calibration pack. */
export async function readCalibration(path: string): Promise<Calibration> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		throw new ForeframeError(
			'CALIBRATION_INVALID',
			`Cannot read the calibration pack ${path}: ${describeError(error)}`,
			{ cause: error },
		);
	}
	const checked = calibrationSchema.safeParse(parsed);
	if (checked.success) return checked.data;
	const [issue] = checked.error.issues;
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot use ${path} as a calibration pack: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
	);
}

/**
 * `replaceFile` writes a file whole or not at all, whatever happens in between.
 * @throws ForeframeError STORE_FAILED
 */
export async function writeCalibration(
	path: string,
	calibration: Calibration,
	replaceFile: (path: string, content: string) => Promise<void>,
): Promise<void> {
	try {
		await replaceFile(path, `${JSON.stringify(calibration, null, '\t')}\n`);
	} catch (error) {
		throw new ForeframeError(
			'STORE_FAILED',
			`Cannot write the calibration pack ${path}: ${describeError(error)}; give the daemon a folder it may write to, with free space`,
			{ cause: error },
		);
	}
}

/** @throws ForeframeError CALIBRATION_INVALID, naming both sides, when the calibration was made for something else. */
export function requireFit(calibration: Calibration, fit: CalibrationFit): void {
	const pairs: [string, string, string][] = [
		['model', modelName(calibration.model), modelName(fit.model)],
		['size', sizeName(calibration.size), sizeName(fit.size)],
		['frames a second', String(calibration.framesPerSecond), String(fit.framesPerSecond)],
		['smoothing', String(calibration.smoothing), String(fit.smoothing)],
		['mask', calibration.mask ?? 'none', fit.mask ?? 'none'],
	];
	const wrong = pairs.filter(([, made, used]) => made !== used);
	if (wrong.length === 0) return;
	const list = wrong.map(([what, made, used]) => `${what} ${made} where the camera has ${used}`).join(', ');
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot use the calibration of ${calibration.footage.source}: it was made for ${list}`,
	);
}

function modelName({ id, version }: CalibrationFit['model']): string {
	return `${id} ${version}`;
}

function sizeName({ width, height }: Size): string {
	return `${width}x${height}`;
}
