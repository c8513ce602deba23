/** A colour as full-range BT.601 luma and chroma, each 0..255. */
export interface Paint {
	readonly y: number;
	readonly u: number;
	readonly v: number;
}

/** Full-range BT.601 of red, green and blue in 0..1. */
export function paintOf(red: number, green: number, blue: number): Paint {
	return {
		y: 255 * (0.299 * red + 0.587 * green + 0.114 * blue),
		u: 128 + 255 * (-0.168736 * red - 0.331264 * green + 0.5 * blue),
		v: 128 + 255 * (0.5 * red - 0.418688 * green - 0.081312 * blue),
	};
}

/** The same colour, brighter or darker; its chroma follows. */
export function scaled(paint: Paint, factor: number): Paint {
	return { y: paint.y * factor, u: 128 + (paint.u - 128) * factor, v: 128 + (paint.v - 128) * factor };
}

/** Cloth as a camera in daylight sees it: neither paper white nor ink, and paler than in the shop. */
function cloth(red: number, green: number, blue: number): Paint {
	const { y, u, v } = paintOf(red, green, blue);
	return { y: 92 + 0.58 * (y - 92), u: 128 + 0.7 * (u - 128), v: 128 + 0.7 * (v - 128) };
}

export const CLOTHES_ABOVE: readonly Paint[] = [
	cloth(0.85, 0.84, 0.8),
	cloth(0.16, 0.17, 0.2),
	cloth(0.22, 0.3, 0.52),
	cloth(0.6, 0.16, 0.16),
	cloth(0.42, 0.45, 0.47),
	cloth(0.25, 0.38, 0.28),
	cloth(0.72, 0.6, 0.4),
	cloth(0.5, 0.62, 0.75),
	cloth(0.38, 0.25, 0.36),
	cloth(0.12, 0.13, 0.14),
];
export const CLOTHES_BELOW: readonly Paint[] = [
	cloth(0.14, 0.16, 0.24),
	cloth(0.1, 0.1, 0.11),
	cloth(0.2, 0.26, 0.4),
	cloth(0.48, 0.42, 0.33),
	cloth(0.3, 0.3, 0.31),
	cloth(0.22, 0.18, 0.15),
];
export const SKIN: readonly Paint[] = [
	paintOf(0.86, 0.66, 0.54),
	paintOf(0.72, 0.52, 0.4),
	paintOf(0.5, 0.34, 0.25),
	paintOf(0.34, 0.23, 0.17),
];
export const HAIR: readonly Paint[] = [
	paintOf(0.1, 0.08, 0.07),
	paintOf(0.25, 0.17, 0.11),
	paintOf(0.55, 0.43, 0.26),
	paintOf(0.45, 0.44, 0.43),
];
