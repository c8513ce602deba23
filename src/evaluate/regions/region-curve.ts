import type { Region } from '../../core/alarm.ts';
import type { RegionCurve, RegionPoint, TruthBox } from '../report.ts';

export const BETA = 0.1;
export const ALPHA = 0.1;
/** The curves' areas end here, false regions a frame. */
const FALSE_PER_FRAME_MAX = 1;

/** One frame's anomalous boxes and the clip they are of; track numbers count within the clip. */
export interface TruthFrame {
	readonly clip: string;
	readonly truth: readonly TruthBox[];
}

/**
 * Region- and track-based detection over thresholds (Ramachandra and Jones, WACV 2020): an anomalous region is found when a
 * detected box has an intersection over union of at least β with it, a track when at least the share α of its regions is
 * found, and a detected box that reaches β with no anomalous region of its frame is false.
 * @param thresholds falling; followed until there is more than one false box a frame
 * @param boxesAt what is detected at a threshold, frame by frame
 */
export function regionCurve(
	frames: readonly TruthFrame[],
	thresholds: Iterable<number>,
	boxesAt: (threshold: number) => readonly (readonly Region[])[],
): RegionCurve {
	const points: RegionPoint[] = [];
	for (const threshold of thresholds) {
		const point = { threshold, ...rates(frames, boxesAt(threshold)) };
		points.push(point);
		if (point.falsePerFrame > FALSE_PER_FRAME_MAX) break;
	}
	return {
		rbdc: areaToOne(points.map(({ falsePerFrame, regionRate }) => [falsePerFrame, regionRate])),
		tbdc: areaToOne(points.map(({ falsePerFrame, trackRate }) => [falsePerFrame, trackRate])),
		points,
	};
}

function rates(
	frames: readonly TruthFrame[],
	detected: readonly (readonly Region[])[],
): Omit<RegionPoint, 'threshold'> {
	const tracks = new Map<string, { regions: number; found: number }>();
	let [regions, found, falseBoxes] = [0, 0, 0];
	for (const [index, { clip, truth }] of frames.entries()) {
		const boxes = detected[index]!;
		for (const region of truth) {
			const isFound = boxes.some((box) => overlap(box, region) >= BETA);
			const track = tracks.get(`${clip}/${region.track}`) ?? { regions: 0, found: 0 };
			tracks.set(`${clip}/${region.track}`, track);
			track.regions++;
			regions++;
			if (!isFound) continue;
			track.found++;
			found++;
		}
		falseBoxes += boxes.filter((box) => truth.every((region) => overlap(box, region) < BETA)).length;
	}
	const foundTracks = [...tracks.values()].filter((track) => track.found / track.regions >= ALPHA).length;
	return {
		falsePerFrame: falseBoxes / frames.length,
		regionRate: found / regions,
		trackRate: foundTracks / tracks.size,
	};
}

/** Intersection over union. */
export function overlap(a: Region, b: Region): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	if (width <= 0 || height <= 0) return 0;
	const shared = width * height;
	return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * Area from 0 to 1 under the best rate that some threshold reaches with at most so many false regions: corners joined by
 * straight lines, from (0, 0) and level after the last. Lower thresholds join boxes, so that neither axis need rise by
 * itself.
 */
export function areaToOne(points: readonly (readonly [falsePerFrame: number, rate: number])[]): number {
	let [x, y, area] = [0, 0, 0];
	for (const [nextX, rate] of points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
		const nextY = Math.max(y, rate);
		if (nextX >= FALSE_PER_FRAME_MAX) {
			const share = nextX > x ? (FALSE_PER_FRAME_MAX - x) / (nextX - x) : 0;
			const atMax = y + share * (nextY - y);
			return area + (FALSE_PER_FRAME_MAX - x) * ((y + atMax) / 2);
		}
		area += (nextX - x) * ((y + nextY) / 2);
		[x, y] = [nextX, nextY];
	}
	return area + (FALSE_PER_FRAME_MAX - x) * y;
}
