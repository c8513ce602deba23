import { existsSync } from 'node:fs';
import { abortError } from '../core/clock.ts';
import { ForeframeError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { Engine, StreamRequest } from './engine.ts';
import { frameMaker, hrtimeMs } from './frame-maker.ts';
import type { FileOptions } from './options.ts';
import { openPace } from './pace.ts';
import type { FrameSource, SourceContext, SourceRequest } from './source.ts';
import { StreamError } from './stream-failure.ts';

/** A video file: read as it is taken, at its own pace or as fast as that goes. */
export function recordingSource(
	request: SourceRequest,
	options: FileOptions,
	engine: Engine,
	context: SourceContext,
): FrameSource {
	const closing = new AbortController();
	return {
		frames: (signal) => play(request, options, engine, context, AbortSignal.any([signal, closing.signal])),
		[Symbol.asyncDispose]: async () => closing.abort(),
	};
}

async function* play(
	{ camera, framesPerSecond, size }: SourceRequest,
	{ path, pace, loop }: FileOptions,
	engine: Engine,
	{ clock, observe }: SourceContext,
	signal: AbortSignal,
): AsyncGenerator<Frame, void, undefined> {
	if (!existsSync(path)) throw new ForeframeError('SOURCE_FAILED', `Cannot read ${path}: there is no such file`);
	const stream: StreamRequest = { camera, input: { kind: 'file', path }, framesPerSecond, size };
	const maker = frameMaker(camera, clock, observe);
	const timing = openPace(pace, clock);
	const step = 1 / framesPerSecond;
	let position = -step;
	let ptsToPosition = 0;
	let isFirstRound = true;
	observe({ kind: 'camera-connecting', camera, attempt: 1 });
	try {
		do {
			for await (const event of engine(stream, signal)) {
				switch (event.kind) {
					case 'opened': {
						const { codec, width, height, transport } = event;
						if (isFirstRound) {
							observe({ kind: 'camera-connected', camera, codec, width, height, transport, downMs: null });
						} else maker.breakRun('the recording begins again');
						isFirstRound = false;
						break;
					}
					case 'picture': {
						// A run follows the one before without a hole, wherever its own clock begins.
						if (event.startsRun !== null) ptsToPosition = position + step - event.ptsSeconds;
						position = event.ptsSeconds + ptsToPosition;
						const capturedAt = await timing.due(position, signal);
						const frames = maker.frames(event, { capturedAt, arrivedMs: hrtimeMs() });
						observe({ kind: 'frame-received', camera, stage: 'sampled', count: frames.length });
						yield* frames;
						break;
					}
					case 'counted':
						observe({ kind: 'frame-received', camera, stage: 'received', count: event.received });
						observe({ kind: 'frame-received', camera, stage: 'decoded', count: event.decoded });
						break;
					case 'decode-error':
						observe({ kind: 'decode-error', camera, detail: event.detail });
						break;
					case 'packets-lost':
						observe({ kind: 'packets-lost', camera, count: event.count });
						break;
					case 'dropped':
						break;
					default:
						event satisfies never;
				}
			}
			if (signal.aborted) throw abortError(signal);
		} while (loop);
	} catch (error) {
		if (!(error instanceof StreamError)) throw error;
		if (error.reason === 'crashed') observe({ kind: 'child-exited', camera, detail: error.message });
		throw new ForeframeError('SOURCE_FAILED', `Cannot read the recording ${path}: ${error.message}`);
	}
	observe({ kind: 'camera-lost', camera, reason: 'ended', detail: `${path} has ended`, retryInMs: null });
}
