import { maskOf, PIXEL, shareWatched } from '../core/mask.ts';
import { type Polygon, polygonFault } from '../core/polygon.ts';
import type { CameraId } from '../core/units.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import type { ConfigFile } from './schema.ts';

type Camera = ConfigFile['cameras'][CameraId];

/** Masks and zones are looked at as finely as this, about what a detector is shown. */
const GRID = { width: 256, height: 192 };
/** Share of the picture that masks must leave. */
const LEFT_MIN = 0.01;

/** Polygons that are none, masks that leave nothing to watch, zones that nothing is ever seen in. */
export function placesSense(id: string, { masks = {}, zones = {}, watch }: Camera): readonly Finding[] {
	const at = (...keys: string[]) => ['cameras', id, ...keys];
	const shapes: (readonly [path: string[], polygon: Polygon])[] = [
		...Object.entries(masks).map(([name, polygon]) => [at('masks', name), polygon] as const),
		...Object.entries(zones).map(([name, { polygon }]) => [at('zones', name, 'polygon'), polygon] as const),
	];
	const faults = shapes.flatMap(([path, polygon]) => {
		const fault = polygonFault(polygon);
		return fault === null ? [] : [errorAt(path, fault.replace('expected', 'wanted'))];
	});
	if (faults.length > 0) return faults;

	const hidden = maskOf({ hidden: Object.values(masks), only: null }, GRID);
	const left = hidden === null ? 1 : shareWatched(hidden);
	if (left < LEFT_MIN) {
		const message = `they hide the whole picture: wanted at least ${100 * LEFT_MIN} % of it left to watch`;
		return [errorAt(at('masks'), message)];
	}
	const names = Object.keys(zones);
	if (watch === 'zones' && names.length === 0) {
		return [errorAt(at('watch'), 'there are no zones to watch: wanted zones beside it, or everywhere')];
	}
	const unseen = names.filter((name) => {
		const mask = maskOf({ hidden: Object.values(masks), only: [zones[name]!.polygon] }, GRID);
		return mask !== null && !mask.pixels.includes(PIXEL.watched);
	});
	if (watch === 'zones' && unseen.length === names.length) {
		return [errorAt(at('watch'), 'the masks hide every zone: nothing would be watched')];
	}
	return unseen.map((name) => warningAt(at('zones', name), 'the masks hide all of it: it will never have an alarm'));
}
