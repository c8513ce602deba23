import { readFile } from 'node:fs/promises';
import { AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, type AVCodecID } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import { silenceLibav } from './libav-log.ts';
import { lumaScaler } from './node-av/scale.ts';

/**
 * Reads a JPEG or PNG file as luma, scaled as a camera's pictures are: the mean of the area, full range 0..255.
 * @returns `height * width` bytes, row after row.
 * @throws ForeframeError SOURCE_FAILED
 */
export async function readImage(path: string, size: Size): Promise<Uint8Array<ArrayBuffer>> {
	using picture = await decodeImage(path);
	using scaler = lumaScaler();
	return scaler.luma(picture, size);
}

/** @throws ForeframeError SOURCE_FAILED */
export async function imageSize(path: string): Promise<Size> {
	using picture = await decodeImage(path);
	return { width: picture.width, height: picture.height };
}

/**
 * Reads a black and white PNG file: 1 where it is not black, else 0, at `size` by nearest neighbour.
 * @returns `height * width` bytes, row after row.
 * @throws ForeframeError SOURCE_FAILED
 */
export async function readMask(path: string, size: Size): Promise<Uint8Array<ArrayBuffer>> {
	using picture = await decodeImage(path);
	using scaler = lumaScaler();
	const { width, height } = picture;
	const original = scaler.luma(picture, { width, height });
	const mask = new Uint8Array(size.width * size.height);
	for (let y = 0; y < size.height; y++) {
		const row = Math.floor(((y + 0.5) * height) / size.height) * width;
		for (let x = 0; x < size.width; x++) {
			const value = original[row + Math.floor(((x + 0.5) * width) / size.width)];
			mask[y * size.width + x] = value === 0 ? 0 : 1;
		}
	}
	return mask;
}

async function decodeImage(path: string): Promise<Frame> {
	const bytes = await readFile(path).catch((error: unknown) => {
		throw new ForeframeError('SOURCE_FAILED', `Cannot read the picture ${path}: ${describeError(error)}`);
	});
	const codec = codecOf(bytes);
	if (codec === null) {
		throw new ForeframeError('SOURCE_FAILED', `Cannot read the picture ${path}: it is neither JPEG nor PNG`);
	}
	silenceLibav();
	using decoder = new CodecContext();
	decoder.allocContext3(Codec.findDecoder(codec));
	decoder.threadCount = 1;
	using packet = new Packet();
	packet.alloc();
	packet.data = bytes;
	const picture = new Frame();
	picture.alloc();
	const isWhole =
		decoder.open2Sync(null, null) >= 0 &&
		decoder.sendPacketSync(packet) >= 0 &&
		decoder.sendPacketSync(null) >= 0 &&
		decoder.receiveFrameSync(picture) >= 0 &&
		picture.decodeErrorFlags === 0;
	if (isWhole) return picture;
	picture.free();
	throw new ForeframeError('SOURCE_FAILED', `Cannot read the picture ${path}: it is broken`);
}

function codecOf(bytes: Buffer): AVCodecID | null {
	if (bytes[0] === 0xff && bytes[1] === 0xd8) return AV_CODEC_ID_MJPEG;
	return bytes.toString('latin1', 1, 4) === 'PNG' ? AV_CODEC_ID_PNG : null;
}
