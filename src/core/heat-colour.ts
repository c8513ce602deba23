/** The colours of a heat map from nothing (0) to the strongest (1): red, green, blue, opacity in 0..255. */
export function heatColour(share: number): readonly [number, number, number, number] {
	// From yellow to vermilion: told apart by lightness too, and neither is grey.
	return [255 - 42 * share, 226 - 132 * share, 70 - 70 * share, 235 * share].map(Math.round) as unknown as readonly [
		number,
		number,
		number,
		number,
	];
}
