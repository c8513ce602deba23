import { backoffMs, RECONNECT } from '../core/backoff.ts';
import type { StreamFailure } from '../core/camera-state.ts';
import { abortError } from '../core/clock.ts';
import { describeError } from '../core/errors.ts';
import { createSecrets } from '../core/secrets.ts';
import { captureClock } from './capture-clock.ts';
import type { Engine, StreamEvent, StreamRequest } from './engine.ts';
import { type FrameMaker, frameMaker, utcOf } from './frame-maker.ts';
import { type FrameQueue, frameQueue } from './frame-queue.ts';
import type { RtspOptions } from './options.ts';
import { type SlowCamera, slowCamera } from './slow-camera.ts';
import type { FrameSource, SourceContext, SourceRequest } from './source.ts';
import { placeOf, streamAddress } from './stream-address.ts';
import { StreamError, stalledError } from './stream-failure.ts';
import { watchdog } from './watchdog.ts';

/** Frames that may wait for a consumer that is busy. */
const QUEUE_SECONDS = 3;
/** A connection that lasted this long was good: after it, waiting begins small again. */
const GOOD_MS = 60_000;

/** A camera: connected for ever, one connection at a time. */
export function rtspSource(
	request: SourceRequest,
	options: RtspOptions,
	engine: Engine,
	context: SourceContext,
	random: () => number = Math.random,
): FrameSource {
	const { camera, framesPerSecond, size } = request;
	const { address, secrets: known } = streamAddress(options);
	const secrets = createSecrets();
	for (const secret of known) secrets.add(secret);
	const { transport, timeoutSeconds, caFile = null } = options;
	const stream: StreamRequest = {
		camera,
		input: { kind: 'rtsp', address, transport, caFile, timeoutSeconds },
		framesPerSecond,
		size,
	};
	const limit = Math.max(4, Math.ceil(QUEUE_SECONDS * framesPerSecond));
	return liveSource(limit, (queue, signal) =>
		stayConnected(stream, engine, { ...context, redact: secrets.redact, random }, queue, signal),
	);
}

interface Surroundings extends SourceContext {
	readonly redact: (text: string) => string;
	readonly random: () => number;
}

/** Reconnects until the signal aborts; that is how it ends. */
async function stayConnected(
	stream: StreamRequest,
	engine: Engine,
	around: Surroundings,
	queue: FrameQueue,
	signal: AbortSignal,
): Promise<never> {
	const { clock, observe, random } = around;
	const { camera } = stream;
	const maker = frameMaker(camera, clock, observe);
	const slow = slowCamera(stream.framesPerSecond);
	let attempt = 0;
	let wellUntil: number | null = null;
	for (;;) {
		observe({ kind: 'camera-connecting', camera, attempt: attempt + 1 });
		let connectedAt: number | null = null;
		const failure = await readConnection(stream, engine, around, maker, slow, queue, signal, (opened) => {
			connectedAt = clock.monotonicNow();
			const { codec, width, height, transport } = opened;
			const downMs = wellUntil === null ? null : connectedAt - wellUntil;
			observe({ kind: 'camera-connected', camera, codec, width, height, transport, downMs });
		});
		if (signal.aborted) throw abortError(signal);
		const now = clock.monotonicNow();
		if (connectedAt !== null) wellUntil = now;
		const wasGood = connectedAt !== null && now - connectedAt >= GOOD_MS;
		attempt = wasGood ? 1 : attempt + 1;
		const retryInMs = backoffMs(attempt, RECONNECT, random());
		const detail = around.redact(failure.detail);
		observe({ kind: 'camera-lost', camera, reason: failure.reason, detail, retryInMs });
		maker.breakRun('connected again');
		await clock.sleep(retryInMs, signal);
	}
}

type Opened = StreamEvent & { readonly kind: 'opened' };
interface Failure {
	readonly reason: StreamFailure;
	readonly detail: string;
}

/** One connection from beginning to end; returns why it ended. */
async function readConnection(
	stream: StreamRequest,
	engine: Engine,
	{ clock, observe, redact }: Surroundings,
	maker: FrameMaker,
	slow: SlowCamera,
	queue: FrameQueue,
	signal: AbortSignal,
	onOpened: (opened: Opened) => void,
): Promise<Failure> {
	const { camera, input } = stream;
	const place = placeOf(input);
	const timeoutSeconds = input.kind === 'rtsp' ? input.timeoutSeconds : 0;
	const capture = captureClock();
	const giveUp = new AbortController();
	let opened = false;
	await using dog = watchdog(clock, timeoutSeconds * 1000, () => {
		const failure = opened
			? stalledError(place, timeoutSeconds)
			: new StreamError('timed-out', `${place} has sent nothing that can be shown for ${timeoutSeconds} s`);
		giveUp.abort(failure);
	});
	try {
		for await (const event of engine(stream, AbortSignal.any([signal, giveUp.signal]))) {
			switch (event.kind) {
				case 'opened':
					opened = true;
					dog.feed();
					onOpened(event);
					break;
				case 'picture': {
					dog.feed();
					const capturedAt = utcOf(capture.capturedMs(event.ptsSeconds, event.arrivedMs), clock);
					const dropped = queue.makeRoom();
					if (dropped > 0) {
						maker.breakRun(`${dropped} frames were not taken in time`);
						observe({ kind: 'frame-dropped', camera, count: dropped });
					}
					const frames = maker.frames(event, { capturedAt, arrivedMs: event.arrivedMs });
					for (const frame of frames) queue.put(frame);
					const complaint = slow.note(event.slots);
					if (complaint !== null) observe({ kind: 'warning', about: camera, detail: complaint });
					observe({ kind: 'frame-received', camera, stage: 'sampled', count: frames.length });
					break;
				}
				case 'counted':
					observe({ kind: 'frame-received', camera, stage: 'received', count: event.received });
					observe({ kind: 'frame-received', camera, stage: 'decoded', count: event.decoded });
					break;
				case 'packets-lost':
					observe({ kind: 'packets-lost', camera, count: event.count });
					break;
				case 'decode-error':
					observe({ kind: 'decode-error', camera, detail: redact(event.detail) });
					break;
				case 'dropped':
					maker.breakRun(`${event.count} frames were not taken in time`);
					observe({ kind: 'frame-dropped', camera, count: event.count });
					break;
				default:
					event satisfies never;
			}
		}
		return { reason: 'ended', detail: `${place} ended the stream` };
	} catch (error) {
		const cause = giveUp.signal.aborted && !signal.aborted ? giveUp.signal.reason : error;
		if (!(cause instanceof StreamError)) {
			if (signal.aborted) return { reason: 'ended', detail: 'stopped' };
			throw cause;
		}
		if (cause.reason === 'crashed') observe({ kind: 'child-exited', camera, detail: redact(cause.message) });
		return { reason: cause.reason, detail: describeError(cause) };
	}
}

/** Lets `produce` run beside its consumer, with a bounded queue between them. */
function liveSource(limit: number, produce: (queue: FrameQueue, signal: AbortSignal) => Promise<never>): FrameSource {
	const closing = new AbortController();
	let running: Promise<void> = Promise.resolve();
	return {
		frames: async function* (signal) {
			const stop = AbortSignal.any([signal, closing.signal]);
			const failed = new AbortController();
			const queue = frameQueue(limit);
			running = produce(queue, stop).catch((error: unknown) => failed.abort(error));
			try {
				const ready = AbortSignal.any([stop, failed.signal]);
				for (;;) yield await queue.take(ready);
			} catch (error) {
				if (failed.signal.aborted && !stop.aborted) throw failed.signal.reason;
				throw error;
			} finally {
				closing.abort();
				await running;
			}
		},
		[Symbol.asyncDispose]: async () => {
			closing.abort();
			await running;
		},
	};
}
