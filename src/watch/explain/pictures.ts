import type { Size } from '../../core/frame.ts';
import { heatColour } from '../../core/heat-colour.ts';
import type { HeatMap } from '../../core/prediction.ts';
import { encodePng } from '../../ingest/png.ts';

/** A grey picture as a PNG file. */
export function greyPng(luma: Uint8Array, size: Size): Uint8Array {
	return encodePng(luma, size, 'grey');
}

/** What is strangest is to be seen through its colour. */
const STRONGEST = 0.6;

/** The picture under its heat map, each cell in one colour, the strangest cell in the strongest, as a PNG file. */
export function heatPng(luma: Uint8Array, size: Size, { width, height, cellPixels, values }: HeatMap): Uint8Array {
	const most = Math.sqrt(values.reduce((most, value) => Math.max(most, value), 0));
	const colours = Array.from(values, (value) => heatColour(most > 0 ? Math.sqrt(value) / most : 0));
	const pixels = new Uint8Array(size.width * size.height * 4);
	for (let y = 0; y < size.height; y++) {
		const row = Math.min(height - 1, Math.floor(y / cellPixels));
		for (let x = 0; x < size.width; x++) {
			const [red, green, blue, opacity] = colours[row * width + Math.min(width - 1, Math.floor(x / cellPixels))]!;
			const place = y * size.width + x;
			const share = (STRONGEST * opacity) / 255;
			const grey = luma[place]! * (1 - share);
			pixels[place * 4] = grey + red * share;
			pixels[place * 4 + 1] = grey + green * share;
			pixels[place * 4 + 2] = grey + blue * share;
			pixels[place * 4 + 3] = 255;
		}
	}
	return encodePng(pixels, size, 'rgba');
}
