import {
	AV_CODEC_FLAG_OUTPUT_CORRUPT,
	AV_FRAME_FLAG_CORRUPT,
	AV_FRAME_FLAG_KEY,
	AVERROR_EAGAIN,
	AVERROR_EOF,
	AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Packet, type Stream } from 'node-av/lib';
import type { FrameDamage } from '../../core/frame.ts';
import { damageTracker } from '../damage.ts';
import type { StreamEvent, StreamInput, StreamRequest } from '../engine.ts';
import { hrtimeMs } from '../frame-maker.ts';
import { scaledSize } from '../picture-size.ts';
import { timeBase } from '../time-base.ts';
import { lumaScaler } from './scale.ts';

export interface OpenStream {
	/** Says goodbye to the camera. Ends `read`. */
	close(): Promise<void>;
	/** Runs to the end of the recording, or until `close`. @throws Error with FFmpeg's words. */
	read(): Promise<void>;
	/** Packets were found missing, or broken, in front of the decoder. */
	damaged(damage: FrameDamage): void;
}

/** Above this many pixels one thread may be too slow; more of them add a frame of delay each. */
const ONE_THREAD_PIXELS = 2_100_000;
/** Some cameras send a key frame every four minutes; then it begins with damaged pictures, which are told as such. */
const KEY_FRAME_AWAITED_SECONDS = 5;
const COUNT_EVERY_MS = 1000;
const NO_PTS = -(2n ** 63n);

/** @param tell Awaited for recordings, so that they are read no faster than they are taken. */
export async function openStream(
	request: StreamRequest,
	tell: (event: StreamEvent) => Promise<void>,
): Promise<OpenStream> {
	const { input } = request;
	const container = new FormatContext();
	const address = input.kind === 'rtsp' ? input.address : `file:${input.path}`;
	must(await container.openInput(address, null, Dictionary.fromObject(openOptions(input))), 'open');
	// A camera's own description has the codec, and its first key frame the rest: probing would only cost a second.
	if (input.kind === 'file') must(await container.findStreamInfo(null), 'probe');
	const video = container.findBestStream(AVMEDIA_TYPE_VIDEO);
	const stream = container.streams[video];
	if (stream === undefined) throw new Error('There is no video in the stream');
	const decoder = openDecoder(stream);
	const damage = damageTracker();
	let closing: Promise<void> | null = null;
	let reading = false;
	const { promise: idle, resolve: becomeIdle } = Promise.withResolvers<void>();
	const close = async () => {
		if (reading) {
			// The packet in hand comes within a frame's time; a silent camera has to be interrupted.
			const patience = setTimeout(() => container.interrupt(), 150);
			await idle;
			clearTimeout(patience);
		}
		await container.closeInput();
	};
	return {
		damaged: damage.mark,
		close: () => {
			closing ??= close();
			return closing;
		},
		read: async () => {
			reading = true;
			try {
				await decodeAll(request, container, stream, decoder, damage, tell, () => closing !== null);
			} finally {
				reading = false;
				becomeIdle();
			}
		},
	};
}

function openOptions(input: StreamInput): Record<string, string> {
	if (input.kind === 'file') return {};
	return {
		rtsp_transport: input.transport,
		...(input.caFile === null ? { tls_verify: '0' } : { tls_verify: '1', ca_file: input.caFile }),
		allowed_media_types: 'video',
		// Microseconds; the last resort behind the parent's watchdog.
		timeout: String(Math.round(input.timeoutSeconds * 1.5e6)),
		// UDP: a packet that is later than this is given up.
		max_delay: '200000',
		// Over TCP nothing comes in another order, but without a queue libavformat does not notice what a camera leaves out.
		reorder_queue_size: '100',
		buffer_size: '4194304',
	};
}

function openDecoder(stream: Stream): CodecContext {
	const codec = Codec.findDecoder(stream.codecpar.codecId);
	if (codec === null) throw new Error(`No decoder for codec ${stream.codecpar.codecId}`);
	const decoder = new CodecContext();
	decoder.allocContext3(codec);
	must(decoder.parametersToContext(stream.codecpar), 'set up the decoder');
	decoder.pktTimebase = stream.timeBase;
	decoder.threadCount = stream.codecpar.width * stream.codecpar.height > ONE_THREAD_PIXELS ? 3 : 1;
	decoder.setFlags(AV_CODEC_FLAG_OUTPUT_CORRUPT);
	must(decoder.open2Sync(codec, null), 'open the decoder');
	return decoder;
}

async function decodeAll(
	request: StreamRequest,
	container: FormatContext,
	stream: Stream,
	decoder: CodecContext,
	damage: ReturnType<typeof damageTracker>,
	tell: (event: StreamEvent) => Promise<void>,
	closing: () => boolean,
): Promise<void> {
	using packet = new Packet();
	packet.alloc();
	using picture = new Frame();
	picture.alloc();
	using scaler = lumaScaler();
	const secondsPerTick = stream.timeBase.num / stream.timeBase.den;
	const due = timeBase(request.framesPerSecond, plausibleRate(stream));
	let counts = { received: 0, decoded: 0, toldMs: hrtimeMs() };
	let opened = false;
	let started = false;
	let firstPts: number | null = null;

	const show = async (arrivedMs: number) => {
		counts.decoded += 1;
		const ticks = picture.bestEffortTimestamp;
		if (ticks === NO_PTS) return;
		const ptsSeconds = Number(ticks) * secondsPerTick;
		const keyFrame = picture.keyFrame === 1 || picture.hasFlags(AV_FRAME_FLAG_KEY);
		// The log lines that tell of lost packets come through another queue.
		if (request.input.kind === 'rtsp') await nextTurn();
		const trouble = damage.of({ ptsSeconds, keyFrame, damage: ownDamage(picture) });
		// Joined in the middle of a group of pictures: nothing is whole before its next key frame, if it has any.
		firstPts ??= ptsSeconds;
		const isWhole = keyFrame && trouble === null;
		if (!started && !isWhole && ptsSeconds - firstPts < KEY_FRAME_AWAITED_SECONDS) return;
		started = true;
		if (!opened) {
			opened = true;
			const transport = request.input.kind === 'rtsp' ? request.input.transport : 'file';
			const { width, height } = picture;
			await tell({ kind: 'opened', codec: codecName(stream), width, height, transport });
		}
		const pick = due.take(ptsSeconds, picture);
		if (pick === null) return;
		const aspect = picture.sampleAspectRatio;
		const size = scaledSize(request.size, picture, aspect.num / aspect.den);
		const luma = scaler.luma(picture, size);
		await tell({ kind: 'picture', ...size, ptsSeconds, arrivedMs, damage: trouble, ...pick, luma });
	};
	const drain = async (arrivedMs: number) => {
		for (;;) {
			const result = decoder.receiveFrameSync(picture);
			if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
			if (result < 0) {
				damage.mark('corrupt');
				if (started) await tell({ kind: 'decode-error', detail: words(result) });
				return;
			}
			await show(arrivedMs);
			picture.unref();
		}
	};

	while (!closing()) {
		const result = await container.readFrame(packet);
		if (closing()) return;
		const arrivedMs = hrtimeMs();
		if (result === AVERROR_EOF && request.input.kind === 'file') break;
		must(result, 'read');
		if (packet.streamIndex === stream.index) {
			counts.received += 1;
			const sent = decoder.sendPacketSync(packet);
			if (sent < 0 && sent !== AVERROR_EAGAIN) {
				damage.mark('corrupt');
				if (started) await tell({ kind: 'decode-error', detail: words(sent) });
			}
			await drain(arrivedMs);
		}
		packet.unref();
		if (arrivedMs - counts.toldMs >= COUNT_EVERY_MS) {
			await tell({ kind: 'counted', received: counts.received, decoded: counts.decoded });
			counts = { received: 0, decoded: 0, toldMs: arrivedMs };
		}
	}
	if (closing()) return;
	decoder.sendPacketSync(null);
	await drain(hrtimeMs());
	await tell({ kind: 'counted', received: counts.received, decoded: counts.decoded });
	if (!opened) throw new Error('Invalid data found: not one whole picture in it');
}

function ownDamage(picture: Frame): FrameDamage | null {
	if (picture.hasFlags(AV_FRAME_FLAG_CORRUPT)) return 'corrupt';
	return picture.decodeErrorFlags === 0 ? null : 'concealed';
}

/** What a stream says of its rate is often nonsense (90000, 0/0). */
function plausibleRate(stream: Stream): number | null {
	const { num, den } = stream.avgFrameRate;
	const rate = num / den;
	return rate >= 0.2 && rate <= 240 ? rate : null;
}

function codecName(stream: Stream): string {
	return Codec.findDecoder(stream.codecpar.codecId)?.name ?? `codec ${stream.codecpar.codecId}`;
}

function nextTurn(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	setImmediate(resolve);
	return promise;
}

function must(result: number, what: string): void {
	if (result < 0) throw new Error(`Cannot ${what}: ${words(result)}`);
}

function words(code: number): string {
	return FFmpegError.strerror(code);
}
