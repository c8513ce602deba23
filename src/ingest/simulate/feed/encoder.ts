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
	Packet,
	Rational,
} from 'node-av';
import { ForeframeError } from '../../../core/errors.ts';
import { silenceLibav } from '../../libav-log.ts';
import { NAL, nalType, type ParameterSets, parameterSetsOf, splitAnnexB } from '../rtsp/h264.ts';
import { allocatePicture, fillPicture, must } from './picture.ts';

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
	silenceLibav();
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
		'x264-params': 'scenecut=0:repeat-headers=0:aud=0',
	});
	const opened = await context.open2(codec, settings);
	if (opened < 0) context.freeContext();
	must(opened, `encode ${options.width}x${options.height} as H.264`);
	return wrap(context, options);
}

function wrap(context: CodecContext, options: EncoderOptions): H264Encoder {
	const { width, height, framesPerSecond } = options;
	const parameterSets = parameterSetsOf(splitAnnexB(Uint8Array.from(context.extraData ?? [])));
	const frame = allocatePicture(width, height, AV_PIX_FMT_YUV420P, options.fullRange);
	const packet = new Packet();
	packet.alloc();
	return {
		parameterSets,
		encode: async (picture, index, key) => {
			fillPicture(frame, picture, width, height);
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
