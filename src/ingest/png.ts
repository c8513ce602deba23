import { crc32, deflateSync } from 'node:zlib';
import type { Size } from '../core/frame.ts';

/** What a pixel is: one bit of black or white, a byte of grey, or four of red, green, blue and opacity. */
export type PngKind = 'bit' | 'grey' | 'rgba';

const FORMATS: Record<PngKind, { readonly bits: number; readonly colourType: number; readonly bytes: number }> = {
	bit: { bits: 1, colourType: 0, bytes: 1 / 8 },
	grey: { bits: 8, colourType: 0, bytes: 1 },
	rgba: { bits: 8, colourType: 6, bytes: 4 },
};
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A PNG file (ISO/IEC 15948) of rows one after the other; a row of bits is filled up to whole bytes, the first pixel the
 * highest bit.
 */
export function encodePng(rows: Uint8Array, { width, height }: Size, kind: PngKind): Buffer {
	const { bits, colourType, bytes } = FORMATS[kind];
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([bits, colourType, 0, 0, 0], 8);
	const rowBytes = Math.ceil(width * bytes);
	const filtered = kind === 'grey' ? predicted(rows, rowBytes, height) : unfiltered(rows, rowBytes, height);
	return Buffer.concat([
		SIGNATURE,
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(filtered)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function unfiltered(rows: Uint8Array, rowBytes: number, height: number): Uint8Array {
	const filtered = new Uint8Array((rowBytes + 1) * height);
	for (let y = 0; y < height; y++) {
		filtered.set(rows.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
	}
	return filtered;
}

/** Every byte less the neighbour that Paeth's rule takes for it: what a photograph is packed best with. */
function predicted(rows: Uint8Array, rowBytes: number, height: number): Uint8Array {
	const filtered = new Uint8Array((rowBytes + 1) * height);
	for (let y = 0; y < height; y++) {
		const row = y * (rowBytes + 1);
		filtered[row] = 4;
		for (let x = 0; x < rowBytes; x++) {
			const here = y * rowBytes + x;
			const left = x > 0 ? rows[here - 1]! : 0;
			const above = y > 0 ? rows[here - rowBytes]! : 0;
			const aboveLeft = x > 0 && y > 0 ? rows[here - rowBytes - 1]! : 0;
			filtered[row + 1 + x] = rows[here]! - paeth(left, above, aboveLeft);
		}
	}
	return filtered;
}

function paeth(left: number, above: number, aboveLeft: number): number {
	const fromLeft = Math.abs(above - aboveLeft);
	const fromAbove = Math.abs(left - aboveLeft);
	const fromBoth = Math.abs(left + above - 2 * aboveLeft);
	if (fromLeft <= fromAbove && fromLeft <= fromBoth) return left;
	return fromAbove <= fromBoth ? above : aboveLeft;
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const framed = Buffer.alloc(8 + body.length);
	framed.writeUInt32BE(data.length, 0);
	framed.set(body, 4);
	framed.writeUInt32BE(crc32(body), 4 + body.length);
	return framed;
}
