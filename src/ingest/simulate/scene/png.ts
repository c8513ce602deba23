import { encodePng } from '../../png.ts';

/** A mask (0: no, else: yes) as a PNG of one bit a pixel. */
export function writeMaskPng(mask: Uint8Array, width: number, height: number): Buffer {
	const rowBytes = Math.ceil(width / 8);
	const rows = new Uint8Array(rowBytes * height);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			if (mask[row * width + column]! > 0) rows[row * rowBytes + (column >> 3)]! |= 0x80 >> (column & 7);
		}
	}
	return encodePng(rows, { width, height }, 'bit');
}
