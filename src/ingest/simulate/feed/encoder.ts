import {
	AV_CODEC_FLAG_GLOBAL_HEADER,
	AV_PICTURE_TYPE_I,
	AV_PICTURE_TYPE_NONE,
	AV_PIX_FMT_YUV420P,
	AVCOL_RANGE_JPEG,
	AVCOL_RANGE_MPEG,
	Codec,
	CodecContext,
	Dictionary,
	FFmpegError,
	Frame,
	Packet,
	Rational,
} from 'node-av';
import { ForeframeError } from '../../../core/errors.ts';
import { NAL, nalType, type ParameterSets, parameterSetsOf, splitAnnexB } from '../rtsp/h264.ts';

export interface EncoderOptions {
	readonly width: number;
	readonly height: number;
	readonly framesPerSecond: number;
	readonly bitsPerSecond: number;
	readonly keyEverySeconds: number;
	/** 0..255 instead of 16..235. */
	readonly fullRange: boolean;
}

/** H.264 without delay: one picture in, its access unit out. */
export interface H264Encoder extends Disposable {
	readonly parameterSets: ParameterSets;
	/** `picture` is I420 without gaps. `index` must grow from call to call. */
	encode(picture: Uint8Array, index: number, key: boolean): Promise<{ nals: Uint8Array[]; key: boolean }>;
}

/** @throws {ForeframeError} SOURCE_FAILED when this build of FFmpeg has no libx264 or refuses the size. */
export async function openH264Encoder(options: EncoderOptions): Promise<H264Encoder> {
	const codec = Codec.findEncoderByName('libx264' as Parameters<typeof Codec.findEncoderByName>[0]);
	if (codec === null)
		throw new ForeframeError('SOURCE_FAILED', 'The simulated camera found no H.264 encoder (libx264)');
	const context = new CodecContext();
	context.allocContext3(codec);
	context.width = options.width;
	context.height = options.height;
	context.pixelFormat = AV_PIX_FMT_YUV420P;
	context.colorRange = options.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	context.timeBase = new Rational(1, 90_000);
	context.framerate = new Rational(Math.round(options.framesPerSecond * 1000), 1000);
	context.gopSize = Math.max(1, Math.round(options.keyEverySeconds * options.framesPerSecond));
	context.maxBFrames = 0;
	context.bitRate = BigInt(options.bitsPerSecond);
	context.rcMaxRate = BigInt(options.bitsPerSecond);
	context.rcBufferSize = options.bitsPerSecond;
	context.threadCount = 1;
	context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
	const settings = Dictionary.fromObject({
		preset: 'ultrafast',
		tune: 'zerolatency',
		'forced-idr': '1',
		'x264-params': 'scenecut=0:repeat-headers=0:aud=0:log=0',
	});
	const opened = await context.open2(codec, settings);
	if (opened < 0) {
		context.freeContext();
		throw new ForeframeError(
			'SOURCE_FAILED',
			`The simulated camera cannot encode ${options.width}x${options.height} as H.264: ${describe(opened)}`,
		);
	}
	return wrap(context, options);
}

function wrap(context: CodecContext, options: EncoderOptions): H264Encoder {
	const { width, height, framesPerSecond } = options;
	const parameterSets = parameterSetsOf(splitAnnexB(Uint8Array.from(context.extraData ?? [])));
	const frame = new Frame();
	frame.alloc();
	frame.width = width;
	frame.height = height;
	frame.format = AV_PIX_FMT_YUV420P;
	frame.colorRange = options.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	must(frame.allocBuffer(), 'allocate a picture');
	const packet = new Packet();
	packet.alloc();
	return {
		parameterSets,
		encode: async (picture, index, key) => {
			must(frame.makeWritable(), 'write into a picture');
			fill(frame, picture, width, height);
			frame.pts = BigInt(Math.round((index * 90_000) / framesPerSecond));
			frame.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
			must(await context.sendFrame(frame), 'encode a picture');
			must(await context.receivePacket(packet), 'take a coded picture');
			const coded = splitAnnexB(Uint8Array.from(packet.data ?? []));
			packet.unref();
			const isKey = coded.some((nal) => nalType(nal) === NAL.idr);
			return { nals: isKey ? [...parameterSets.sps, ...parameterSets.pps, ...coded] : coded, key: isKey };
		},
		[Symbol.dispose]: () => {
			packet.free();
			frame.free();
			context.freeContext();
		},
	};
}

/** Row after row, since the frame's rows may be longer than the picture's. */
function fill(frame: Frame, picture: Uint8Array, width: number, height: number): void {
	const planes = frame.data;
	if (planes === null) throw new Error('a picture that was allocated has no planes');
	let from = 0;
	for (const plane of [0, 1, 2]) {
		const columns = plane === 0 ? width : width / 2;
		const rows = plane === 0 ? height : height / 2;
		const stride = frame.linesize[plane]!;
		const into = planes[plane]!;
		for (let row = 0; row < rows; row++) {
			into.set(picture.subarray(from, from + columns), row * stride);
			from += columns;
		}
	}
}

function must(result: number, action: string): void {
	if (result < 0)
		throw new ForeframeError('SOURCE_FAILED', `The simulated camera could not ${action}: ${describe(result)}`);
}

function describe(result: number): string {
	return new FFmpegError(result).message;
}
