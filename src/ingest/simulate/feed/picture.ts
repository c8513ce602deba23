import { AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG, type AVPixelFormat, FFmpegError, Frame } from 'node-av';
import { ForeframeError } from '../../../core/errors.ts';

/** A picture of FFmpeg's with three planes, the last two of half size. */
export function allocatePicture(width: number, height: number, format: AVPixelFormat, fullRange: boolean): Frame {
	const frame = new Frame();
	frame.alloc();
	frame.width = width;
	frame.height = height;
	frame.format = format;
	frame.colorRange = fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	must(frame.allocBuffer(), 'allocate a picture');
	return frame;
}

/** Copies I420 row after row, since the frame's rows may be longer than the picture's. */
export function fillPicture(frame: Frame, picture: Uint8Array, width: number, height: number): void {
	must(frame.makeWritable(), 'write into a picture');
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

/** @throws {ForeframeError} SOURCE_FAILED for a negative answer of FFmpeg's. */
export function must(result: number, action: string): void {
	if (result >= 0) return;
	const reason = new FFmpegError(result).message;
	throw new ForeframeError('SOURCE_FAILED', `The simulated camera could not ${action}: ${reason}`);
}
