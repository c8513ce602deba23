import type { Size } from '../core/frame.ts';
import type { LabelledClip } from '../ingest/dataset.ts';
import { TrackLinker } from './regions/tracks.ts';
import type { TruthBox } from './report.ts';
import type { Pictures } from './watch-clip.ts';

/**
 * Boxes of what is anomalous in each picture of a clip, from its masks; the masks of pictures that are labelled normal are
 * not looked at. null where something is anomalous and there are no masks.
 */
export async function truthOf(
	{ anomalous, masks, pictures }: LabelledClip,
	files: Pick<Pictures, 'size' | 'mask'>,
): Promise<readonly (readonly TruthBox[])[] | null> {
	const odd = anomalous.indexOf(true);
	if (odd < 0) return pictures.map(() => []);
	if (masks === null) return null;
	const size: Size = await files.size(masks[odd]!);
	const linker = new TrackLinker();
	const boxes: TruthBox[][] = [];
	for (const [picture, path] of masks.entries()) {
		boxes.push(linker.next(anomalous[picture] ? await files.mask(path, size) : null, size));
	}
	return boxes;
}
