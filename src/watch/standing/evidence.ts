import type { Alarm, Region } from '../../core/alarm.ts';
import type { Evidence, EvidencePicture, Explanation } from '../../core/explanation.ts';
import type { Frame } from '../../core/frame.ts';
import type { HeatMap } from '../../core/prediction.ts';
import type { StandingThing } from '../../core/standing.ts';
import { greyPng, heatPng } from '../explain/pictures.ts';
import { wordsOf } from '../explain/words.ts';

const CELL_PIXELS = 8;

/** What explains an alarm of things that stand: the picture, and the one that belongs there. */
export function standingEvidence(
	alarm: Alarm,
	frame: Frame,
	expected: Uint8Array,
	things: readonly StandingThing[],
): Evidence {
	const heatMap = heatOf(frame, things);
	const pictures = new Map<EvidencePicture, Uint8Array>([
		['seen', greyPng(frame.luma, frame)],
		['expected', greyPng(expected, frame)],
		['heat', heatPng(frame.luma, frame, heatMap)],
	]);
	const raw = Math.max(...things.map(({ seconds }) => seconds));
	const said: Omit<Explanation, 'text'> = {
		alarm: alarm.id,
		camera: alarm.camera,
		frameAt: alarm.frameAt,
		surprise: alarm.peakSurprise,
		level: alarm.level,
		onceInHours: alarm.onceInHours,
		channels: alarm.reasons.map((reason) => ({ ...reason, raw })),
		regions: alarm.regions,
		heatMap: { width: heatMap.width, height: heatMap.height, values: [...heatMap.values] },
		nearest: null,
		pictures: [...pictures.keys()],
	};
	return { explanation: { ...said, text: wordsOf(said, alarm.standing) }, pictures };
}

/** 1 in every cell that a thing touches. */
function heatOf(frame: Frame, things: readonly StandingThing[]): HeatMap {
	const [width, height] = [Math.ceil(frame.width / CELL_PIXELS), Math.ceil(frame.height / CELL_PIXELS)];
	const values = new Float32Array(width * height);
	for (const { region } of things) fill(region, { width, height, values, cellPixels: CELL_PIXELS }, frame);
	return { width, height, values, cellPixels: CELL_PIXELS };
}

function fill(region: Region, { width, height, values, cellPixels }: HeatMap, size: Frame): void {
	const from = (share: number, side: number) => Math.floor((share * side) / cellPixels);
	const to = (share: number, side: number, cells: number) => Math.min(cells, Math.ceil((share * side) / cellPixels));
	for (let y = from(region.y, size.height); y < to(region.y + region.height, size.height, height); y++) {
		for (let x = from(region.x, size.width); x < to(region.x + region.width, size.width, width); x++) {
			values[y * width + x] = 1;
		}
	}
}
