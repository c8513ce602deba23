import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { abortError } from '../../core/clock.ts';
import { startProcess } from '../child-process.ts';
import { damageTracker } from '../damage.ts';
import type { StreamEvent, StreamRequest } from '../engine.ts';
import { hrtimeMs } from '../frame-maker.ts';
import { scaledSize } from '../picture-size.ts';
import { isEncrypted, placeOf } from '../stream-address.ts';
import { StreamError, streamError } from '../stream-failure.ts';
import { type TimeBase, timeBase } from '../time-base.ts';
import { ffmpegArguments, ffmpegInput, ffmpegProgram } from './command.ts';
import { type DecoderLog, listen } from './listen.ts';
import { type MatroskaBlock, readMatroska } from './matroska.ts';

const COUNT_EVERY_MS = 1000;
/** As for the other engine: then it begins with damaged pictures, which are told as such. */
const KEY_FRAME_AWAITED_MS = 5000;

/** FFmpeg as a program. An `Engine`. */
export async function* readWithFfmpeg(
	request: StreamRequest,
	signal: AbortSignal,
): AsyncGenerator<StreamEvent, void, undefined> {
	if (signal.aborted) throw abortError(signal);
	await using running = await startProcess(
		ffmpegProgram(),
		ffmpegArguments(request),
		// A process group of its own, so that a terminal's Ctrl-C reaches it through us.
		{ stdio: ['pipe', 'pipe', 'pipe'], detached: true },
		(child) => child.kill('SIGTERM'),
	);
	// A stop that came while the process was being started is told to no listener.
	if (signal.aborted) throw abortError(signal);
	const { child } = running;
	if (child.stdout === null || child.stderr === null) throw new Error('A child without pipes');
	const { stdout } = child;
	const log = listen(createInterface({ input: child.stderr }));
	const onAbort = () => stdout.destroy(abortError(signal));
	signal.addEventListener('abort', onAbort, { once: true });
	const place = placeOf(request.input);
	try {
		child.stdin?.end(ffmpegInput(request));
		let shown = 0;
		for await (const event of pictures(request, readMatroska(stdout), log)) {
			if (event.kind === 'picture') shown += 1;
			yield event;
		}
		const end = await running.ended();
		if (end.startsWith('signal')) throw new StreamError('crashed', `The ffmpeg that reads ${place} died of ${end}`);
		if (request.input.kind === 'file' && shown > 0) return;
		const said = log.said();
		throw said === '' && shown > 0
			? new StreamError('ended', `${place} ended the stream`)
			: streamError(place, said === '' ? `${end}, no picture` : said, {
					handshake: isEncrypted(request.input) && shown === 0,
				});
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

async function* pictures(
	request: StreamRequest,
	blocks: AsyncIterable<MatroskaBlock>,
	log: DecoderLog,
): AsyncGenerator<StreamEvent, void, undefined> {
	const damage = damageTracker();
	let due: TimeBase | null = null;
	let firstMs: number | null = null;
	let started = false;
	let decoded = 0;
	let toldMs = hrtimeMs();
	for await (const { ptsMs, data } of blocks) {
		const arrivedMs = hrtimeMs();
		// The log's line about this picture was written before it: a turn of the loop, and it is read.
		await nextTurn();
		await nextTurn();
		const { picture, events } = log.about(ptsMs);
		if (started) yield* events;
		decoded += 1;
		if (picture === null) continue;
		if (picture.damage !== null) damage.mark(picture.damage);
		const ptsSeconds = ptsMs / 1000;
		const { keyFrame } = picture;
		const trouble = damage.of({ ptsSeconds, keyFrame, damage: null });
		firstMs ??= ptsMs;
		if (!started && !(keyFrame && trouble === null) && ptsMs - firstMs < KEY_FRAME_AWAITED_MS) continue;
		if (!started) {
			started = true;
			const transport = request.input.kind === 'rtsp' ? request.input.transport : 'file';
			yield { kind: 'opened', codec: log.codec(), ...picture.size, transport };
		}
		due ??= timeBase(request.framesPerSecond, log.framesPerSecond());
		const pick = due.take(ptsSeconds, picture.size);
		if (pick !== null) {
			const size = scaledSize(request.size, picture.size, picture.sampleAspect);
			if (data.length !== size.width * size.height) {
				throw new StreamError('unknown', `ffmpeg gave ${data.length} bytes for ${size.width}x${size.height} pixels`);
			}
			yield { kind: 'picture', ...size, ptsSeconds, arrivedMs, damage: trouble, ...pick, luma: data };
		}
		if (arrivedMs - toldMs >= COUNT_EVERY_MS) {
			yield { kind: 'counted', received: decoded, decoded };
			decoded = 0;
			toldMs = arrivedMs;
		}
	}
	yield { kind: 'counted', received: decoded, decoded };
}
