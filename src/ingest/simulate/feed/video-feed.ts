import {
	AV_CODEC_ID_H264,
	AV_NOPTS_VALUE,
	AVMEDIA_TYPE_VIDEO,
	AVSEEK_FLAG_BACKWARD,
	Decoder,
	FFmpegError,
	FormatContext,
	type Frame,
	Packet,
	Scaler,
	type Stream,
} from 'node-av';
import type { Clock } from '../../../core/clock.ts';
import { ForeframeError, isForeframeError } from '../../../core/errors.ts';
import { silenceLibav } from '../../libav-log.ts';
import type { Lens } from '../effects/lens.ts';
import { NAL, nalType, readExtradata, splitAnnexB, splitLengthPrefixed } from '../rtsp/h264.ts';
import type { AccessUnit, Feed } from './feed.ts';
import { openLensEncoder } from './lens-encoder.ts';

/** A recording, begun again at its end for ever. */
export interface VideoSource {
	readonly kind: 'video';
	readonly path: string;
	/** For what is coded here; 2 000 000 unless told. */
	readonly bitsPerSecond?: number;
	/** Decodes and codes H.264 as well, without which nothing can be done to its picture. */
	readonly recode?: boolean;
}

/** @throws {ForeframeError} SOURCE_FAILED when the file cannot be read, or holds no video. */
export async function openVideoFeed(source: VideoSource, clock: Clock, lens: Lens): Promise<Feed> {
	silenceLibav();
	try {
		const recording = await openRecording(source.path);
		try {
			const { codecId, extradata } = recording.stream.codecpar;
			const passes = codecId === AV_CODEC_ID_H264 && (extradata?.length ?? 0) > 0 && source.recode !== true;
			return passes ? passedThrough(recording, clock) : await transcoded(recording, source, clock, lens);
		} catch (error) {
			await recording[Symbol.asyncDispose]();
			throw error;
		}
	} catch (cause) {
		if (isForeframeError(cause)) throw cause;
		throw new ForeframeError('SOURCE_FAILED', `The simulated camera cannot read ${source.path}`, { cause });
	}
}

interface Recording extends AsyncDisposable {
	readonly path: string;
	readonly stream: Stream;
	/** The video's packets from the beginning to the end; one object, filled anew when the next is asked for. */
	round(): AsyncGenerator<Packet, void, undefined>;
}

/** Reads by hand, since node-av's Demuxer spins a core while its read-ahead is full, as it is at a recording's own pace. */
async function openRecording(path: string): Promise<Recording> {
	const context = new FormatContext();
	FFmpegError.throwIfError(await context.openInput(path), 'open');
	const packet = new Packet();
	packet.alloc();
	const dispose = async () => {
		packet.free();
		await context.closeInput();
	};
	try {
		FFmpegError.throwIfError(await context.findStreamInfo(), 'probe');
		const stream = context.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
		if (stream === undefined) {
			throw new ForeframeError('SOURCE_FAILED', `The simulated camera found no video in ${path}`);
		}
		return { path, stream, round: () => round(context, stream, packet), [Symbol.asyncDispose]: dispose };
	} catch (error) {
		await dispose();
		throw error;
	}
}

async function* round(context: FormatContext, stream: Stream, packet: Packet): AsyncGenerator<Packet, void, undefined> {
	FFmpegError.throwIfError(await context.seekFrame(-1, 0n, AVSEEK_FLAG_BACKWARD), 'rewind');
	while ((await context.readFrame(packet)) >= 0) {
		try {
			if (packet.streamIndex === stream.index) yield packet;
		} finally {
			packet.unref();
		}
	}
}

function rateOf(stream: Stream): number {
	for (const { num, den } of [stream.avgFrameRate, stream.rFrameRate]) {
		if (num > 0 && den > 0 && num / den <= 240) return num / den;
	}
	return 25;
}

function passedThrough(recording: Recording, clock: Clock): Feed {
	const { stream, path } = recording;
	const { extradata, width, height } = stream.codecpar;
	const { lengthBytes, ...sets } = readExtradata(Uint8Array.from(extradata ?? []));
	const framesPerSecond = rateOf(stream);
	const frameTicks = 90_000 / framesPerSecond;
	const { num, den } = stream.timeBase;
	const ticksOf = (time: bigint, fallback: number) =>
		time === AV_NOPTS_VALUE ? fallback : (Number(time) * num * 90_000) / den;
	return {
		description: { ...sets, width, height, framesPerSecond },
		keyOnDemand: false,
		requestKey: () => {},
		run: async (deliver, watched, signal) => {
			const pace = openPace(clock, watched, signal);
			for (let begins = 0; ; ) {
				let first: number | null = null;
				let last = 0;
				for await (const packet of recording.round()) {
					const decodes: number = ticksOf(packet.dts, first === null ? 0 : first + last + frameTicks);
					first ??= decodes;
					last = decodes - first;
					const data = Uint8Array.from(packet.data ?? []);
					const coded = lengthBytes === 0 ? splitAnnexB(data) : splitLengthPrefixed(data, lengthBytes);
					await pace(begins + last);
					deliver({
						nals: withParameterSets(coded, sets),
						key: packet.isKeyframe,
						time90k: Math.round(begins + ticksOf(packet.pts, decodes) - first),
					});
				}
				if (first === null) throw readNothing(path);
				begins += last + frameTicks;
			}
		},
		[Symbol.asyncDispose]: () => recording[Symbol.asyncDispose](),
	};
}

function readNothing(path: string): ForeframeError {
	return new ForeframeError('SOURCE_FAILED', `The simulated camera read no picture from ${path}`);
}

/** Delimiters are of no use in RTP; parameter sets that only the container holds are. */
function withParameterSets(
	nals: readonly Uint8Array[],
	sets: { readonly sps: readonly Uint8Array[]; readonly pps: readonly Uint8Array[] },
): Uint8Array[] {
	const kept = nals.filter((nal) => nalType(nal) !== NAL.delimiter);
	const has = (type: number) => kept.some((nal) => nalType(nal) === type);
	return has(NAL.idr) && !has(NAL.sps) ? [...sets.sps, ...sets.pps, ...kept] : kept;
}

async function transcoded(recording: Recording, source: VideoSource, clock: Clock, lens: Lens): Promise<Feed> {
	const { stream, path } = recording;
	const even = (side: number) => side - (side % 2);
	const width = even(stream.codecpar.width);
	const height = even(stream.codecpar.height);
	const framesPerSecond = rateOf(stream);
	const encoder = await openLensEncoder(lens, {
		width,
		height,
		framesPerSecond,
		bitsPerSecond: source.bitsPerSecond ?? 2_000_000,
		keyEverySeconds: 2,
		fullRange: false,
	});
	let keyWanted = true;
	return {
		get description() {
			return encoder.description;
		},
		keyOnDemand: true,
		requestKey: () => {
			keyWanted = true;
		},
		run: async (deliver, watched, signal) => {
			const pace = openPace(clock, watched, signal);
			for (let index = 0; ; ) {
				const before = index;
				for await (const picture of picturesOf(recording, width, height)) {
					const time90k = Math.round((index * 90_000) / framesPerSecond);
					await pace(time90k);
					const key = keyWanted;
					keyWanted = false;
					const coded: Omit<AccessUnit, 'time90k'> = await encoder.encode(picture, index, key);
					deliver({ ...coded, time90k });
					index++;
				}
				if (index === before) throw readNothing(path);
			}
		},
		[Symbol.asyncDispose]: async () => {
			encoder[Symbol.dispose]();
			await recording[Symbol.asyncDispose]();
		},
	};
}

async function* picturesOf(recording: Recording, width: number, height: number): AsyncGenerator<Uint8Array> {
	using decoder = await Decoder.create(recording.stream);
	using scaler = new Scaler();
	const picture = async (frame: Frame) => {
		try {
			return await scaler.toBuffer(frame, { format: 'yuv420p', resize: { width, height } });
		} finally {
			frame.free();
		}
	};
	for await (const packet of recording.round()) {
		for (const frame of await decoder.decodeAll(packet)) yield await picture(frame);
	}
	for (const frame of await decoder.decodeAll(null)) yield await picture(frame);
}

/** Waits until a recording's time has come. Nobody watching stops its time; a late start of the next picture is forgiven. */
function openPace(clock: Clock, watched: () => boolean, signal: AbortSignal): (time90k: number) => Promise<void> {
	let zeroMs: number | null = null;
	return async (time90k) => {
		while (!watched()) {
			zeroMs = null;
			await clock.sleep(20, signal);
		}
		const dueMs = time90k / 90;
		zeroMs ??= clock.monotonicNow() - dueMs;
		const waitMs = zeroMs + dueMs - clock.monotonicNow();
		// More than two seconds behind, for example after the machine slept: go on from here instead of racing.
		if (waitMs < -2000) zeroMs = clock.monotonicNow() - dueMs;
		await clock.sleep(Math.max(0, waitMs), signal);
	};
}
