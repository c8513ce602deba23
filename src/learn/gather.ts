import { basename } from 'node:path';
import { ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import type { Dataset } from '../ingest/dataset.ts';
import { clipsOf } from './clips.ts';
import { collectedClips } from './collected-clips.ts';
import type { LearnEvent } from './events.ts';
import { holdOutEnd, holdOutWhole, type Split } from './hold-out.ts';
import { keepWithin } from './keep-within.ts';
import { spanOf } from './pick.ts';
import type { Clip } from './scene.ts';
import type { Settings } from './settings.ts';
import { joinParts, videoParts } from './video-clips.ts';

/** Where footage of what is normal comes from. */
export type LearnSource =
	| { readonly kind: 'dataset'; readonly dataset: Dataset }
	| { readonly kind: 'video'; readonly path: string; readonly size: Size | 'auto' }
	/** A folder of footage that was collected of a camera, see `ingest/footage-writer.ts`. */
	| { readonly kind: 'footage'; readonly folder: string; readonly name: string };

export interface GatherRequest {
	readonly sources: readonly LearnSource[];
	readonly framesPerSecond: number;
	/** Most bytes of pixels that are held, over all sources. */
	readonly bytesMax: number;
	readonly signal: AbortSignal;
	readonly told: (event: LearnEvent) => void;
}

/**
 * Reads all footage into memory and holds out the last part of each source. Clips are named after their source, so that a
 * model can say what it has seen.
 * @throws ForeframeError DATASET_INVALID, SOURCE_FAILED
 */
export async function gather(request: GatherRequest, { inputs, sampling }: Settings): Promise<Split> {
	const { sources } = request;
	const share = { ...request, bytesMax: request.bytesMax / sources.length };
	const clips: Clip[] = [];
	const heldOut: Clip[] = [];
	for (const source of sources) {
		const split = await splitOf(source, share, inputs + 1);
		clips.push(...split.clips);
		heldOut.push(...split.heldOut);
	}
	requireLength('training', clips, spanOf(inputs, sampling.strideMax));
	requireLength('held-out', heldOut, inputs + 1);
	return { clips, heldOut };
}

/** What a model says that it was learned from. */
export function nameOf(source: LearnSource): string {
	switch (source.kind) {
		case 'dataset':
			return source.dataset.name;
		case 'video':
			return basename(source.path);
		case 'footage':
			return source.name;
	}
}

function splitOf(source: LearnSource, request: GatherRequest, window: number): Promise<Split> {
	switch (source.kind) {
		case 'dataset':
			return fromDataset(source.dataset, request);
		case 'video':
			return fromVideo(source, request, window);
		case 'footage':
			return fromFootage(source, request, window);
	}
}

async function fromDataset(dataset: Dataset, request: GatherRequest): Promise<Split> {
	const { framesPerSecond, bytesMax, signal, told } = request;
	const { name, training } = dataset;
	if (training.length < 2) {
		throw new ForeframeError(
			'DATASET_INVALID',
			`Data set ${name} has ${training.length} training clip: expected at least 2, one of them to be held out`,
		);
	}
	const read = clipsOf(dataset, framesPerSecond, signal, (done, total) =>
		told({ kind: 'reading', dataset: name, done, total }),
	);
	const { units, seen, every } = await keepWithin(groups(read), bytesMax);
	if (every > 1) warnOfThinning(request, `data set ${name}`, units.length, seen);
	if (units.length < 2) throw tooLarge(`two clips of data set ${name}`, bytesMax);
	return holdOutWhole(units.map(({ clips }) => clips.map((clip) => ({ ...clip, name: `${name}/${clip.name}` }))));
}

async function* groups(read: AsyncIterable<readonly Clip[]>): AsyncGenerator<{ readonly clips: readonly Clip[] }> {
	for await (const clips of read) yield { clips };
}

async function fromVideo(
	{ path, size }: { readonly path: string; readonly size: Size | 'auto' },
	request: GatherRequest,
	window: number,
): Promise<Split> {
	const { framesPerSecond, bytesMax, signal, told } = request;
	const name = basename(path);
	let frames = 0;
	const parts = videoParts(path, { framesPerSecond, size }, signal, (done) => {
		frames = done;
		told({ kind: 'reading', dataset: name, done, total: null });
	});
	const { units, seen, every } = await keepWithin(parts, bytesMax);
	told({ kind: 'reading', dataset: name, done: frames, total: frames });
	if (every > 1) warnOfThinning(request, name, units.length, seen);
	return holdOutEnd(joinParts(units, framesPerSecond), framesPerSecond, 2 * window);
}

async function fromFootage(
	{ folder, name }: { readonly folder: string; readonly name: string },
	request: GatherRequest,
	window: number,
): Promise<Split> {
	const { framesPerSecond, signal, told } = request;
	const { clips, seen, refused } = await collectedClips(folder, request, signal, (done) =>
		told({ kind: 'reading', dataset: name, done, total: null }),
	);
	told({ kind: 'reading', dataset: name, done: clips.length, total: clips.length });
	for (const reason of refused) told({ kind: 'warning', message: reason });
	const fitting = seen - refused.length;
	if (clips.length < fitting) warnOfThinning(request, folder, clips.length, fitting);
	const named = clips.map((clip) => ({ ...clip, name: `${name}/${clip.name}` }));
	return holdOutEnd(named, framesPerSecond, 2 * window);
}

function warnOfThinning({ bytesMax, told }: GatherRequest, what: string, kept: number, seen: number): void {
	const message = `Of ${what} ${kept} of ${seen} parts are learned from, evenly spread: all of them do not fit into ${gibibytes(bytesMax)} GiB`;
	told({ kind: 'warning', message });
}

function tooLarge(what: string, bytesMax: number): ForeframeError {
	return new ForeframeError(
		'DATASET_INVALID',
		`Cannot hold ${what} in ${gibibytes(bytesMax)} GiB: expected more room (--memory) or shorter clips`,
	);
}

function gibibytes(bytes: number): string {
	return (bytes / 2 ** 30).toPrecision(2);
}

/** @throws ForeframeError DATASET_INVALID where no clip has that many frames. */
function requireLength(what: string, clips: readonly Clip[], frames: number): void {
	const longest = Math.max(0, ...clips.map((clip) => clip.frames.length));
	if (longest >= frames) return;
	throw new ForeframeError(
		'DATASET_INVALID',
		`Cannot learn from ${what} clips of at most ${longest} frames: expected at least one of ${frames} at the frame rate to learn at`,
	);
}
