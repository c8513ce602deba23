import {
	AV_PIX_FMT_GRAY8,
	AV_PIX_FMT_YUV420P,
	AV_PIX_FMT_YUV422P,
	AV_PIX_FMT_YUV440P,
	AV_PIX_FMT_YUV444P,
	AV_PIX_FMT_YUVJ420P,
	AV_PIX_FMT_YUVJ422P,
	AV_PIX_FMT_YUVJ440P,
	AV_PIX_FMT_YUVJ444P,
	AVCOL_RANGE_JPEG,
	type AVPixelFormat,
	SWS_AREA,
} from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { Size } from '../../core/frame.ts';

/** Scales decoded pictures to luma. */
export interface LumaScaler extends Disposable {
	/**
	 * Full range (0 black, 255 white) whatever the picture's own; each pixel the mean of the area it covers.
	 * @returns A fresh array.
	 */
	luma(picture: Frame, size: Size): Uint8Array<ArrayBuffer>;
}

/** One scaler keeps one target: fast as long as the size asked for stays. */
export function lumaScaler(): LumaScaler {
	const scaler = new SoftwareScaleContext();
	scaler.allocContext();
	scaler.setOption('sws_flags', SWS_AREA);
	let scaled: Frame | null = null;
	return {
		luma: (picture, size) => {
			if (scaled?.width !== size.width || scaled.height !== size.height) {
				scaled?.free();
				scaled = targetOf(size);
			}
			sayRangeOnce(picture);
			const result = scaler.scaleFrameSync(scaled, picture);
			const [rows] = scaled.data ?? [];
			if (result < 0 || rows === undefined) {
				throw new Error(`Cannot scale a picture of ${picture.width}x${picture.height} to ${size.width}x${size.height}`);
			}
			return packed(rows, scaled.linesize[0] ?? size.width, size);
		},
		[Symbol.dispose]: () => {
			scaled?.free();
			scaler.freeContext();
		},
	};
}

function targetOf({ width, height }: Size): Frame {
	const frame = new Frame();
	frame.alloc();
	frame.width = width;
	frame.height = height;
	frame.format = AV_PIX_FMT_GRAY8;
	frame.colorRange = AVCOL_RANGE_JPEG;
	if (frame.getBuffer() < 0) throw new Error(`Cannot allocate a picture of ${width}x${height}`);
	return frame;
}

const WITHOUT_RANGE = new Map<number, AVPixelFormat>([
	[AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P],
	[AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P],
	[AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P],
	[AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P],
]);

/** The scaler grumbles at formats that say full range by their name. */
function sayRangeOnce(picture: Frame): void {
	const plain = WITHOUT_RANGE.get(picture.format);
	if (plain === undefined) return;
	picture.format = plain;
	picture.colorRange = AVCOL_RANGE_JPEG;
}

function packed(rows: Buffer, stride: number, { width, height }: Size): Uint8Array<ArrayBuffer> {
	const luma = new Uint8Array(width * height);
	if (stride === width) luma.set(rows.subarray(0, luma.length));
	else for (let y = 0; y < height; y++) luma.set(rows.subarray(y * stride, y * stride + width), y * width);
	return luma;
}
