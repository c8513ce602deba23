import { crc32, deflateSync } from 'node:zlib';

/** A mask (0: no, else: yes) as a PNG of one bit a pixel (ISO/IEC 15948). */
export function writeMaskPng(mask: Uint8Array, width: number, height: number): Buffer {
	const rowBytes = 1 + Math.ceil(width / 8);
	const rows = new Uint8Array(rowBytes * height);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			if (mask[row * width + column]! > 0) rows[row * rowBytes + 1 + (column >> 3)]! |= 0x80 >> (column & 7);
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([1, 0, 0, 0, 0], 8);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(rows)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const framed = Buffer.alloc(8 + body.length);
	framed.writeUInt32BE(data.length, 0);
	framed.set(body, 4);
	framed.writeUInt32BE(crc32(body), 4 + body.length);
	return framed;
}
