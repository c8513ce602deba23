import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceOptions } from '../../src/ingest/options.ts';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { writeRounds } from './rounds.ts';

export interface FootageRequest {
	/** `walkway:SEED`, or a video file that is played round after round. */
	readonly camera: string;
	readonly part: 'calibrate' | 'watch';
	readonly minutes: number;
	readonly framesPerSecond: number;
	readonly folder: string;
}

const PIECE_MINUTES = 10;
/** The walkway's hours that are watched begin so long after those that it is calibrated on. */
const APART_SECONDS = 10 * 3600;
/** Drawn at the size of a camera's second stream. */
const SIZE = { width: 256, height: 144 };

/** Normal footage coded as H.264, a piece at a time; each is removed once it was played. */
export async function* recordings(request: FootageRequest): AsyncGenerator<SourceOptions> {
	const { camera, part, minutes, framesPerSecond, folder } = request;
	const seed = /^walkway:(\d+)$/.exec(camera)?.[1];
	for (let done = 0; done < minutes; done += PIECE_MINUTES) {
		const name = `${camera}-${part}-${done}`.replaceAll(/[^\w.-]+/g, '-');
		const length = Math.min(PIECE_MINUTES, minutes - done);
		const paths: string[] = [];
		if (seed !== undefined) {
			const path = join(folder, `${name}.mkv`);
			await writeSceneRecording(path, {
				kind: 'scene',
				seed: Number(seed),
				...SIZE,
				framesPerSecond,
				oddities: 'none',
				startSeconds: (part === 'watch' ? APART_SECONDS : 0) + done * 60,
				minutes: length,
				bitsPerSecond: 250_000,
			});
			paths.push(path);
		} else {
			const piece = (part === 'watch' ? 100_000 : 0) + done;
			paths.push(
				...(await writeRounds(folder, name, { video: camera, framesPerSecond, minutes: length, seed: piece })),
			);
		}
		for (const path of paths) {
			yield { kind: 'file', path, pace: 'fast', loop: false, engine: 'node-av' };
			await rm(path);
		}
	}
}
