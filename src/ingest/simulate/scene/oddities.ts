import { paintOf } from './colour.ts';
import { figure, type Looks, looksOf } from './figure.ts';
import { PLAN } from './ground-plan.ts';
import type { Body, Part, Stance } from './parts.ts';
import { randomStream } from './random.ts';
import { along, lane, ONE_WAY_LANE, type Route, routeLength } from './routes.ts';
import { LASTS_SECONDS, type OddityKind, type PlannedOddity } from './schedule.ts';
import { leftObject, movedBarrier, openDoor, parkedCart, removedObject } from './standing.ts';
import { cart, cyclist } from './things.ts';
import type { View } from './view.ts';
import { visit } from './visit.ts';

/** An oddity with everything it brings: who comes, when it is odd, who goes. */
export interface Act {
	readonly kind: OddityKind;
	readonly startSeconds: number;
	/** Odd from `startSeconds` up to here. */
	readonly endSeconds: number;
	/** The bodies at a time; those that are odd then carry the act's number as their owner. */
	bodiesAt(seconds: number): Body[];
}

const { left, right } = PLAN.ends;

/** The same seed, number and plan give the same act. */
export function stage(planned: PlannedOddity, number: number, seed: number, view: View): Act {
	const random = randomStream(seed, 0x0dd, number, Math.round(planned.startSeconds * 1000));
	const looks = { ...looksOf(random), height: 1.62 + 0.22 * random() };
	const eastward = random() < 0.5;
	const crossing = (z: number) => (eastward ? lane(left, right, z, 0.5) : lane(right, left, z, 0.5));
	const pass = (route: Route, speed: number, draw: Draw, oddWhere?: (stance: Stance) => boolean) =>
		passing(planned, number, view, route, speed, draw, oddWhere);
	switch (planned.kind) {
		case 'cyclist': {
			const frame = paintOf(0.6 * random() + 0.1, 0.3, 0.5 * random() + 0.1);
			const route = crossing(eastward ? 12.9 : 14.9);
			return pass(route, 3.9 + 0.7 * random(), (stance, distance) => cyclist(looks, frame, distance, stance));
		}
		case 'runner':
			return pass(crossing(eastward ? 13.3 : 14.4), 3.3 + 0.6 * random(), (stance, distance) =>
				figure({ ...looks, coat: false, backpack: null }, { distance, pace: 1, running: true }, stance),
			);
		case 'cart': {
			const paint = random() < 0.5 ? paintOf(0.75, 0.76, 0.74) : paintOf(0.2, 0.42, 0.3);
			return pass(crossing(13.9), 2.7 + 0.6 * random(), (stance) => cart(looks, paint, stance));
		}
		case 'wrong-way': {
			const against: Route = { ...ONE_WAY_LANE, corners: [...ONE_WAY_LANE.corners].reverse() };
			return pass(against, 1.3 + 0.3 * random(), walkerOf(looks));
		}
		case 'on-grass': {
			if (random() < 0.5) return pass(crossing(9.7), 1.3 + 0.25 * random(), walkerOf(looks));
			const door = (PLAN.doorPath.left + PLAN.doorPath.right) / 2;
			const corners = [[left, 24.2] as const, [door, 24.2] as const, [door, PLAN.building.z - 0.5] as const];
			const lawn: Route = { corners, halfWidth: 0, slotSeconds: 1, busyShare: 0 };
			return pass(lawn, 1.35, walkerOf(looks), (stance) => stance.x < PLAN.doorPath.left);
		}
		case 'left-object':
			return leftObject(planned, number, looks, random);
		case 'loitering':
			return loitering(planned, number, looks, random);
		case 'removed-object':
			return removedObject(planned, number, looks, random);
		case 'moved-barrier':
			return movedBarrier(planned, number, looks, random);
		case 'open-door':
			return openDoor(planned, number);
		case 'parked-cart':
			return parkedCart(planned, number, looks, random);
		default:
			return planned.kind satisfies never;
	}
}

type Draw = (stance: Stance, distance: number) => Part[];

function walkerOf(looks: Looks): Draw {
	return (stance, distance) => figure(looks, { distance, pace: 1, running: false }, stance);
}

/** Comes into the picture at the planned start, goes through it at one speed, and is odd while `oddWhere` says so. */
function passing(
	planned: PlannedOddity,
	number: number,
	view: View,
	route: Route,
	speed: number,
	draw: Draw,
	oddWhere: (stance: Stance) => boolean = () => true,
): Act {
	const seen = (distance: number) => {
		const stance = along(route, distance, 0);
		const { column, row } = view.project(stance.x, 0.9, stance.z);
		return column > 0 && column < view.width && row > 0 && row < view.height && oddWhere(stance);
	};
	const total = routeLength(route);
	const step = 0.05;
	let enters = 0;
	while (enters < total && !seen(enters)) enters += step;
	let leaves = enters;
	while (leaves < total && seen(leaves)) leaves += step;
	const { kind, startSeconds } = planned;
	const endSeconds = startSeconds + (leaves - enters) / speed;
	return {
		kind,
		startSeconds,
		endSeconds,
		bodiesAt: (seconds) => {
			const distance = enters + speed * (seconds - startSeconds);
			if (distance < 0 || distance > total) return [];
			const stance = along(route, distance, 0);
			// Half out of the picture, or back on the path, it is still the same body but no longer what is odd.
			const odd = seconds >= startSeconds && seconds <= endSeconds;
			return [{ x: stance.x, z: stance.z, parts: draw(stance, distance), owner: odd ? number : 0 }];
		},
	};
}

/** Somebody walks to and fro over two metres, stands between, and goes on at the end. */
function loitering(planned: PlannedOddity, number: number, looks: Looks, random: () => number): Act {
	const { kind, startSeconds } = planned;
	const stay = planned.durationSeconds ?? LASTS_SECONDS;
	const endSeconds = startSeconds + stay;
	const route = lane(left, right, 13.8 + 0.4 * random(), 0);
	const walk = visit(route, -2 + 6 * random(), 1.3, startSeconds, stay);
	return {
		kind,
		startSeconds,
		endSeconds,
		bodiesAt: (seconds) => {
			const here = walk(seconds);
			if (here === null) return [];
			const odd = seconds >= startSeconds && seconds <= endSeconds;
			const shift = odd ? toAndFro(seconds - startSeconds, stay) : { metres: 0, pace: 1, heading: 0 };
			const stance = { ...here.stance, x: here.stance.x + shift.metres, heading: shift.heading };
			const gait = { distance: here.distance + shift.metres, pace: shift.pace, running: false };
			return [{ x: stance.x, z: stance.z, parts: figure(looks, gait, stance), owner: odd ? number : 0 }];
		},
	};
}

/** Two metres on, a stand, two metres back, a stand; home again when the stay ends. */
function toAndFro(
	since: number,
	stay: number,
): { readonly metres: number; readonly pace: number; readonly heading: number } {
	const rounds = Math.max(1, Math.round(stay / 11));
	const place = ((since / stay) * rounds) % 1;
	const reach = 2;
	if (place < 0.25) return { metres: reach * (place / 0.25), pace: 0.8, heading: 0 };
	if (place < 0.5) return { metres: reach, pace: 0, heading: -0.9 };
	if (place < 0.75) return { metres: reach * (1 - (place - 0.5) / 0.25), pace: 0.8, heading: Math.PI };
	return { metres: 0, pace: 0, heading: -2 };
}
