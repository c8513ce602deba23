import { AV_CODEC_ID_H264, Decoder, Demuxer, Scaler, type Stream } from 'node-av';
import type { Clock } from '../../../core/clock.ts';
import { describeError, ForeframeError, isAbort, isForeframeError } from '../../../core/errors.ts';
import { NAL, nalType, readExtradata, splitAnnexB, splitLengthPrefixed } from '../rtsp/h264.ts';
import { openH264Encoder } from './encoder.ts';
import type { AccessUnit, Feed } from './feed.ts';

/** A recording, begun again at its end for ever. */
export interface VideoSource {
	readonly kind: 'video';
	readonly path: string;
	/** For what is not H.264 already; 2 000 000 unless told. */
	readonly bitsPerSecond?: number;
}

/** @throws {ForeframeError} SOURCE_FAILED when the file cannot be read, or holds no video. */
export async function openVideoFeed(source: VideoSource, clock: Clock): Promise<Feed> {
	try {
		const { demuxer, stream } = await openRecording(source.path);
		try {
			const passes = stream.codecpar.codecId === AV_CODEC_ID_H264 && (stream.codecpar.extradata?.length ?? 0) > 0;
			return passes ? passedThrough(source, stream, clock) : await transcoded(source, stream, clock);
		} finally {
			await demuxer[Symbol.asyncDispose]();
		}
	} catch (cause) {
		throw failure(source.path, cause);
	}
}

function failure(path: string, cause: unknown): Error {
	if (isForeframeError(cause) || (cause instanceof Error && isAbort(cause))) return cause;
	return new ForeframeError('SOURCE_FAILED', `The simulated camera cannot read ${path}: ${describeError(cause)}`);
}

async function openRecording(path: string): Promise<{ demuxer: Demuxer; stream: Stream }> {
	const demuxer = await Demuxer.open(path);
	const stream = demuxer.video();
	if (stream === undefined) {
		await demuxer[Symbol.asyncDispose]();
		throw new ForeframeError('SOURCE_FAILED', `The simulated camera found no video in ${path}`);
	}
	return { demuxer, stream };
}

function rateOf(stream: Stream): number {
	for (const { num, den } of [stream.avgFrameRate, stream.rFrameRate]) {
		if (num > 0 && den > 0 && num / den <= 240) return num / den;
	}
	return 25;
}

function passedThrough(source: VideoSource, stream: Stream, clock: Clock): Feed {
	const { extradata, width, height } = stream.codecpar;
	const { lengthBytes, ...sets } = readExtradata(Uint8Array.from(extradata ?? []));
	const framesPerSecond = rateOf(stream);
	const frameTicks = 90_000 / framesPerSecond;
	return {
		description: { ...sets, width, height, framesPerSecond },
		keyOnDemand: false,
		requestKey: () => {},
		run: async (deliver, watched, signal) => {
			const pace = openPace(clock, watched, signal);
			for (let begins = 0; ; ) {
				let last = begins;
				let first: number | null = null;
				for await (const packet of packetsOf(source.path)) {
					const ticks = (time: bigint) => (Number(time) * packet.timeBase.num * 90_000) / packet.timeBase.den;
					const decodes = ticks(packet.dts);
					first ??= decodes;
					const data = Uint8Array.from(packet.data ?? []);
					const coded = lengthBytes === 0 ? splitAnnexB(data) : splitLengthPrefixed(data, lengthBytes);
					const nals = withParameterSets(coded, sets);
					await pace(begins + decodes - first);
					deliver({ nals, key: packet.isKeyframe, time90k: Math.round(begins + ticks(packet.pts) - first) });
					last = begins + decodes - first;
				}
				if (first === null)
					throw new ForeframeError('SOURCE_FAILED', `The simulated camera read no picture from ${source.path}`);
				begins = last + frameTicks;
			}
		},
		[Symbol.asyncDispose]: async () => {},
	};
}

interface CodedPacket {
	readonly data: Buffer | null;
	readonly pts: bigint;
	readonly dts: bigint;
	readonly isKeyframe: boolean;
	readonly timeBase: { readonly num: number; readonly den: number };
}

/** The video's packets from its beginning, once; what was read is freed when the next is asked for. */
async function* packetsOf(path: string): AsyncGenerator<CodedPacket> {
	const { demuxer, stream } = await openRecording(path);
	try {
		for await (const packet of demuxer.packets(stream.index)) {
			if (packet === null) continue;
			try {
				const { data, pts, dts, isKeyframe } = packet;
				if (data !== null) yield { data, pts, dts, isKeyframe, timeBase: stream.timeBase };
			} finally {
				packet.free();
			}
		}
	} finally {
		await demuxer[Symbol.asyncDispose]();
	}
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

async function transcoded(source: VideoSource, stream: Stream, clock: Clock): Promise<Feed> {
	const even = (side: number) => side - (side % 2);
	const width = even(stream.codecpar.width);
	const height = even(stream.codecpar.height);
	const framesPerSecond = rateOf(stream);
	const encoder = await openH264Encoder({
		width,
		height,
		framesPerSecond,
		bitsPerSecond: source.bitsPerSecond ?? 2_000_000,
		keyEverySeconds: 2,
		fullRange: false,
	});
	let keyWanted = true;
	return {
		description: { ...encoder.parameterSets, width, height, framesPerSecond },
		keyOnDemand: true,
		requestKey: () => {
			keyWanted = true;
		},
		run: async (deliver, watched, signal) => {
			const pace = openPace(clock, watched, signal);
			for (let index = 0; ; ) {
				const before = index;
				for await (const picture of picturesOf(source.path, width, height)) {
					const time90k = Math.round((index * 90_000) / framesPerSecond);
					await pace(time90k);
					const key = keyWanted;
					keyWanted = false;
					const coded: Omit<AccessUnit, 'time90k'> = await encoder.encode(picture, index, key);
					deliver({ ...coded, time90k });
					index++;
				}
				if (index === before)
					throw new ForeframeError('SOURCE_FAILED', `The simulated camera read no picture from ${source.path}`);
			}
		},
		[Symbol.asyncDispose]: async () => encoder[Symbol.dispose](),
	};
}

async function* picturesOf(path: string, width: number, height: number): AsyncGenerator<Uint8Array> {
	const { demuxer, stream } = await openRecording(path);
	try {
		using decoder = await Decoder.create(stream);
		using scaler = new Scaler();
		for await (const frame of decoder.frames(demuxer.packets(stream.index))) {
			if (frame === null) continue;
			try {
				yield await scaler.toBuffer(frame, { format: 'yuv420p', resize: { width, height } });
			} finally {
				frame.free();
			}
		}
	} finally {
		await demuxer[Symbol.asyncDispose]();
	}
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
