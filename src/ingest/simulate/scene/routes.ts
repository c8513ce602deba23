import { PLAN } from './ground-plan.ts';
import type { Stance } from './parts.ts';

/** A way that people take, its middle line as x, z corners in metres. */
export interface Route {
	readonly corners: readonly (readonly [number, number])[];
	/** People keep within this of the middle, in metres. */
	readonly halfWidth: number;
	/** A slot holds one group at most; this share of the slots does. */
	readonly slotSeconds: number;
	readonly busyShare: number;
}

const { left, right } = PLAN.ends;
const DOOR_X = (PLAN.doorPath.left + PLAN.doorPath.right) / 2;
const NEAR_LANE = 12.5;
const FAR_LANE = 15.3;
const ONE_WAY = (PLAN.oneWay.near + PLAN.oneWay.far) / 2;

export const EASTWARD: Route = lane(left, right, NEAR_LANE, 1.1, 6.8, 0.75);
export const WESTWARD: Route = lane(right, left, FAR_LANE, 1.1, 7.2, 0.75);
export const ONE_WAY_LANE: Route = lane(left, right, ONE_WAY, 0.6, 8.2, 0.7);
const FROM_DOOR: Route = {
	corners: [
		[DOOR_X, PLAN.building.z - 0.5],
		[DOOR_X, FAR_LANE],
		[left, FAR_LANE],
	],
	halfWidth: 0.6,
	slotSeconds: 17,
	busyShare: 0.6,
};
const TO_DOOR: Route = {
	corners: [
		[left, NEAR_LANE],
		[DOOR_X, NEAR_LANE],
		[DOOR_X, PLAN.building.z - 0.5],
	],
	halfWidth: 0.6,
	slotSeconds: 19,
	busyShare: 0.55,
};

export const ROUTES: readonly Route[] = [EASTWARD, WESTWARD, ONE_WAY_LANE, FROM_DOOR, TO_DOOR];

export function lane(fromX: number, toX: number, z: number, halfWidth: number, slotSeconds = 1, busyShare = 0): Route {
	return {
		corners: [
			[fromX, z],
			[toX, z],
		],
		halfWidth,
		slotSeconds,
		busyShare,
	};
}

export function routeLength(route: Route): number {
	let length = 0;
	for (const [from, to] of legs(route)) length += Math.hypot(to[0] - from[0], to[1] - from[1]);
	return length;
}

/** Where somebody is after `distance` metres, `side` metres to the left of the middle; corners are cut round. */
export function along(route: Route, distance: number, side: number): Stance {
	const [before, here, after] = [distance - 0.7, distance, distance + 0.7].map((metres) => cornerwise(route, metres));
	const heading = Math.atan2(after!.z - before!.z, after!.x - before!.x);
	return {
		x: (before!.x + here!.x + after!.x) / 3 - side * Math.sin(heading),
		z: (before!.z + here!.z + after!.z) / 3 + side * Math.cos(heading),
		heading,
	};
}

function cornerwise(route: Route, distance: number): { readonly x: number; readonly z: number } {
	let left = distance;
	const all = legs(route);
	for (const [number, [from, to]] of all.entries()) {
		const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
		if (left <= length || number === all.length - 1) {
			const share = left / length;
			return { x: from[0] + share * (to[0] - from[0]), z: from[1] + share * (to[1] - from[1]) };
		}
		left -= length;
	}
	throw new RangeError('a route has two corners at least');
}

type Corner = readonly [number, number];
function legs(route: Route): [Corner, Corner][] {
	return route.corners.slice(1).map((to, number) => [route.corners[number]!, to]);
}
