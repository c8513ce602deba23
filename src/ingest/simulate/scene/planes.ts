/** The planes of an I420 picture in one buffer; no chroma when there is no room for it. */
export interface Picture {
	readonly luma: Uint8ClampedArray;
	readonly u: Uint8ClampedArray | null;
	readonly v: Uint8ClampedArray | null;
}

/** @throws RangeError unless `out` holds luma alone or all of I420. */
export function planesOf(out: Uint8Array, width: number, height: number): Picture {
	const pixels = width * height;
	if (out.length !== pixels && out.length !== pixels * 1.5) {
		throw new RangeError(`The scene wants ${pixels} or ${pixels * 1.5} bytes to draw into and got ${out.length}`);
	}
	const plane = (from: number, length: number) => new Uint8ClampedArray(out.buffer, out.byteOffset + from, length);
	const coloured = out.length > pixels;
	return {
		luma: plane(0, pixels),
		u: coloured ? plane(pixels, pixels / 4) : null,
		v: coloured ? plane(pixels * 1.25, pixels / 4) : null,
	};
}
