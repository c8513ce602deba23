import {
	AV_CODEC_FLAG_QSCALE,
	AV_PIX_FMT_YUVJ420P,
	AVCOL_RANGE_JPEG,
	Codec,
	CodecContext,
	FF_QP2LAMBDA,
	Packet,
	Rational,
} from 'node-av';
import { ForeframeError } from '../../../core/errors.ts';
import { silenceLibav } from '../../libav-log.ts';
import { allocatePicture, fillPicture, must } from './picture.ts';

/** Pictures as JPEG files. */
export interface JpegWriter extends Disposable {
	/** `picture` is full-range I420 without gaps. */
	encode(picture: Uint8Array): Promise<Uint8Array>;
}

/** FFmpeg's scale from 1, the best, to 31. */
const QUANTISER = 2;

/** @throws {ForeframeError} SOURCE_FAILED when this build of FFmpeg cannot write JPEG. */
export async function openJpegWriter(width: number, height: number): Promise<JpegWriter> {
	silenceLibav();
	const codec = Codec.findEncoderByName('mjpeg' as Parameters<typeof Codec.findEncoderByName>[0]);
	if (codec === null)
		throw new ForeframeError('SOURCE_FAILED', 'Cannot write JPEG pictures: FFmpeg has no encoder for them');
	const context = new CodecContext();
	context.allocContext3(codec);
	context.width = width;
	context.height = height;
	context.pixelFormat = AV_PIX_FMT_YUVJ420P;
	context.colorRange = AVCOL_RANGE_JPEG;
	context.timeBase = new Rational(1, 25);
	context.threadCount = 1;
	context.setFlags(AV_CODEC_FLAG_QSCALE);
	context.globalQuality = QUANTISER * FF_QP2LAMBDA;
	must(await context.open2(codec), `encode ${width}x${height} as JPEG`);
	const frame = allocatePicture(width, height, AV_PIX_FMT_YUVJ420P, true);
	frame.quality = QUANTISER * FF_QP2LAMBDA;
	const packet = new Packet();
	packet.alloc();
	let count = 0n;
	return {
		encode: async (picture) => {
			fillPicture(frame, picture, width, height);
			frame.pts = count++;
			must(await context.sendFrame(frame), 'encode a picture');
			must(await context.receivePacket(packet), 'take a coded picture');
			const bytes = Uint8Array.from(packet.data ?? []);
			packet.unref();
			return bytes;
		},
		[Symbol.dispose]: () => {
			packet.free();
			frame.free();
			context.freeContext();
		},
	};
}
