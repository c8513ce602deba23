import {
	AV_PIX_FMT_GRAY8,
	AV_PIX_FMT_YUV420P,
	AV_PIX_FMT_YUV422P,
	AV_PIX_FMT_YUV444P,
	AV_PIX_FMT_YUVJ420P,
	AV_PIX_FMT_YUVJ422P,
	AV_PIX_FMT_YUVJ444P,
	AVCOL_RANGE_JPEG,
	type AVPixelFormat,
	SWS_AREA,
} from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { Size } from '../../core/frame.ts';

/** Scales decoded pictures to luma. */
export interface LumaScaler extends Disposable {
	/** Full range (0 black, 255 white) whatever the picture's own; each pixel the mean of the area it covers. @returns A fresh array. */
	luma(picture: Frame, size: Size): Uint8Array<ArrayBuffer>;
}

/** One scaler keeps one conversion: fast as long as pictures of one kind come. */
export function lumaScaler(): LumaScaler {
	let conversion: Conversion | null = null;
	return {
		luma: (picture, size) => {
			const from = `${picture.width}x${picture.height} ${sourceFormat(picture)} ${size.width}x${size.height}`;
			if (conversion?.from !== from) {
				conversion?.close();
				conversion = openConversion(from, picture, size);
			}
			return conversion.run(picture);
		},
		[Symbol.dispose]: () => conversion?.close(),
	};
}

interface Conversion {
	readonly from: string;
	run(picture: Frame): Uint8Array<ArrayBuffer>;
	close(): void;
}

function openConversion(from: string, picture: Frame, { width, height }: Size): Conversion {
	const scaler = new SoftwareScaleContext();
	scaler.getContext(picture.width, picture.height, sourceFormat(picture), width, height, AV_PIX_FMT_GRAY8, SWS_AREA);
	const scaled = new Frame();
	scaled.alloc();
	scaled.width = width;
	scaled.height = height;
	scaled.format = AV_PIX_FMT_GRAY8;
	scaled.colorRange = AVCOL_RANGE_JPEG;
	if (scaled.getBuffer(1) < 0) throw new Error(`Cannot allocate a picture of ${width}x${height}`);
	return {
		from,
		run: (input) => {
			const { data, linesize } = input;
			const [target] = scaled.data ?? [];
			if (data === null || target === undefined) throw new Error('Cannot scale a picture without data');
			const rows = scaler.scaleSync(data, linesize, 0, input.height, [target], scaled.linesize);
			if (rows !== height) throw new Error(`Cannot scale a picture to ${width}x${height}: got ${rows} rows`);
			return packed(target, scaled.linesize[0] ?? width, width, height);
		},
		close: () => {
			scaled.free();
			scaler.freeContext();
		},
	};
}

/** The "J" formats are how the scaler is told of full range; a decoder may tell it beside the format instead. */
const FULL_RANGE = new Map<number, AVPixelFormat>([
	[AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P],
	[AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P],
	[AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ444P],
]);

function sourceFormat(picture: Frame): AVPixelFormat {
	const format = picture.format as AVPixelFormat;
	return picture.colorRange === AVCOL_RANGE_JPEG ? (FULL_RANGE.get(format) ?? format) : format;
}

function packed(rows: Buffer, stride: number, width: number, height: number): Uint8Array<ArrayBuffer> {
	const luma = new Uint8Array(width * height);
	if (stride === width) luma.set(rows.subarray(0, luma.length));
	else for (let y = 0; y < height; y++) luma.set(rows.subarray(y * stride, y * stride + width), y * width);
	return luma;
}
