import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abortError, systemClock } from '../core/clock.ts';
import { ForeframeError, isAbort } from '../core/errors.ts';
import type { DaemonEvent } from '../core/events.ts';
import type { Size } from '../core/frame.ts';
import { type CameraId, utcMs } from '../core/units.ts';
import { FootageWriter } from '../ingest/footage-writer.ts';
import { openSource } from '../ingest/open-source.ts';
import type { SourceOptions } from '../ingest/options.ts';
import { SlidingWindow } from '../window/sliding-window.ts';
import type { LearnEvent } from './events.ts';

/** A camera as its configuration has it. */
export interface LiveCamera {
	readonly id: CameraId;
	readonly source: SourceOptions;
	readonly framesPerSecond: number;
	readonly size: Size | 'auto';
}

export interface CollectRequest {
	readonly camera: LiveCamera;
	/** Of footage: times without a picture do not count. */
	readonly minutes: number;
	readonly folder: string;
	readonly replaceFile: (path: string, content: Uint8Array | string) => Promise<void>;
	readonly signal: AbortSignal;
	readonly told: (event: LearnEvent) => void;
	/** How long a camera may show nothing before watching it is given up; 1 minute at first and 5 later unless told. */
	readonly patienceMs?: number;
}

/** Written when all was collected. */
const COMPLETE = 'complete';
const FIRST_PATIENCE_MS = 60_000;
const PATIENCE_MS = 5 * 60_000;
/** Bounds the disk; about ten hours of what cameras usually show. */
const DISK_BYTES_MAX = 4 * 2 ** 30;
const TOLD_EVERY_MS = 1000;

/**
 * Watches a camera until so much footage of it lies in the folder; what was collected by a run before counts.
 * @throws ForeframeError SOURCE_FAILED when the camera shows nothing for too long, STORE_FAILED; the signal's reason when it
 * aborts. What was collected until then stays.
 */
export async function collectFootage(request: CollectRequest): Promise<void> {
	const { minutes, folder, replaceFile, signal } = request;
	const complete = join(folder, COMPLETE);
	if ((await readFile(complete, 'utf8').catch(() => null)) === `${minutes}`) return;
	let failure: ForeframeError | null = null;
	const options = { folder, bytesMax: DISK_BYTES_MAX, keepMs: Number.POSITIVE_INFINITY, replaceFile };
	{
		await using writer = await FootageWriter.open({
			...options,
			failed: (reason) => {
				failure ??= reason;
			},
		});
		await watch(request, writer, () => failure);
	}
	if (failure !== null) throw failure;
	signal.throwIfAborted();
	await replaceFile(complete, `${minutes}`);
}

async function watch(
	{ camera, minutes, signal, told, patienceMs }: CollectRequest,
	writer: FootageWriter,
	failure: () => ForeframeError | null,
): Promise<void> {
	const { id, source, framesPerSecond, size } = camera;
	const before = writer.seconds(utcMs(0));
	let frames = 0;
	let lastReason = 'it has not answered yet';
	const observe = (event: DaemonEvent) => {
		if (event.kind !== 'camera-lost') return;
		lastReason = `${event.reason}: ${event.detail}`;
		told({ kind: 'warning', message: `The camera ${id} is away: ${lastReason}` });
	};
	const giveUp = new AbortController();
	const waitFor = (ms: number) => {
		const lose = () => {
			const shown = `it has shown nothing for ${Math.round(ms / 1000)} s (${lastReason}); what was collected is kept`;
			giveUp.abort(new ForeframeError('SOURCE_FAILED', `Cannot watch the camera ${id}: ${shown}`));
		};
		return setTimeout(lose, ms);
	};
	let patience = waitFor(patienceMs ?? FIRST_PATIENCE_MS);
	let toldAt = Number.NEGATIVE_INFINITY;
	const windows = new SlidingWindow({ frames: 2, framesPerSecond });
	await using opened = openSource({ camera: id, source, framesPerSecond, size }, { clock: systemClock, observe });
	try {
		for await (const frame of opened.frames(AbortSignal.any([signal, giveUp.signal]))) {
			clearTimeout(patience);
			patience = waitFor(patienceMs ?? PATIENCE_MS);
			const slide = windows.push(frame);
			if (slide.kind === 'window') writer.add(slide.window);
			if (slide.kind === 'damaged') continue;
			frames++;
			const seconds = before + frames / framesPerSecond;
			const ended = seconds >= minutes * 60;
			const now = performance.now();
			if (ended || now - toldAt >= TOLD_EVERY_MS) {
				toldAt = now;
				told({ kind: 'collecting', camera: id, seconds, ofSeconds: minutes * 60, frames });
			}
			if (ended || failure() !== null) return;
		}
	} catch (error) {
		if (giveUp.signal.aborted && !signal.aborted && isAbort(error)) throw giveUp.signal.reason;
		if (signal.aborted) throw abortError(signal);
		throw error;
	} finally {
		clearTimeout(patience);
	}
}
