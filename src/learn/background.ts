const FRAMES = 15;

/** The picture without what passes through it: the median of frames all over a clip. `[H * W]` */
export function backgroundOf(clip: readonly Uint8Array[]): Uint8Array {
	const frames = evenly(clip, FRAMES);
	const median = new Uint8Array(frames[0]!.length);
	const values = new Uint8Array(frames.length);
	for (let pixel = 0; pixel < median.length; pixel++) {
		for (let frame = 0; frame < values.length; frame++) values[frame] = frames[frame]![pixel]!;
		median[pixel] = values.sort()[values.length >> 1]!;
	}
	return median;
}

/** At most `count` items, from all over the list. */
export function evenly<Item>(items: readonly Item[], count: number): readonly Item[] {
	if (items.length <= count) return items;
	return Array.from({ length: count }, (_, place) => items[Math.floor(((place + 0.5) * items.length) / count)]!);
}
