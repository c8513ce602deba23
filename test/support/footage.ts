import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with footage that tests and benchmarks may use; never part of the project. */
export const DATA = process.env['FOREFRAME_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Why a test that needs `path` of the data folder is skipped, or false. */
export function dataMissing(path: string): string | false {
	return existsSync(join(DATA, path))
		? false
		: `${path} is not in the data folder (FOREFRAME_DATA, default ../shared/data)`;
}

/** Encodes a folder of pictures 000.jpg, 001.jpg, … as H.264 in MP4, with a key frame every `keySeconds`. */
export async function encodePictures(
	folder: string,
	framesPerSecond: number,
	out: string,
	keySeconds = 2,
): Promise<void> {
	await mkdir(dirname(out), { recursive: true });
	const input = ['-framerate', `${framesPerSecond}`, '-i', join(folder, '%03d.jpg')];
	const coding = [
		'-c:v',
		'libx264',
		'-preset',
		'veryfast',
		'-crf',
		'20',
		'-bf',
		'0',
		'-g',
		`${keySeconds * framesPerSecond}`,
	];
	execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...coding, '-pix_fmt', 'yuv420p', out]);
}
