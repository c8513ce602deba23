import { paintOf } from './colour.ts';
import { figure, type Looks, looksOf } from './figure.ts';
import { PLAN } from './ground-plan.ts';
import type { Act } from './oddities.ts';
import type { Body, Part, Stance } from './parts.ts';
import { lane } from './routes.ts';
import { LASTS_SECONDS, type PlannedOddity } from './schedule.ts';
import { bag, barrier, bin, cart, doorway } from './things.ts';
import { type Visit, visit } from './visit.ts';

const { left, right } = PLAN.ends;

/** Somebody puts a bag down and goes; at the end somebody else takes it away. Odd is the bag while it stands alone. */
export function leftObject(planned: PlannedOddity, number: number, bringer: Looks, random: () => number): Act {
	const paint = random() < 0.5 ? paintOf(0.14, 0.14, 0.17) : paintOf(0.5, 0.2, 0.16);
	const spot: Stance = { x: -1 + 5 * random(), z: 13.8 + 0.4 * random(), heading: 0.3 };
	return carried(planned, [bringer, looksOf(random)], {
		spot,
		brings: 'first',
		draw: (up, stance) => bag(paint, up, stance),
		bodiesAt: (odd) => (odd ? [{ x: spot.x, z: spot.z, parts: bag(paint, 0.02, spot), owner: number }] : []),
	});
}

/** Somebody carries off a litter bin that has always stood there; at the end somebody else brings it back. */
export function removedObject(planned: PlannedOddity, number: number, taker: Looks, random: () => number): Act {
	const paint = random() < 0.5 ? paintOf(0.12, 0.2, 0.16) : paintOf(0.78, 0.78, 0.76);
	const spot: Stance = { x: -2.4 + PLAN.bollards.every * Math.floor(3 * random()), z: PLAN.bollards.z, heading: 0 };
	const [place, parts] = [{ x: spot.x, z: spot.z }, bin(paint, 0, spot)];
	return carried(planned, [taker, looksOf(random)], {
		spot,
		brings: 'second',
		draw: (up, stance) => bin(paint, up, stance),
		bodiesAt: (odd) => [{ ...place, parts, owner: odd ? number : 0, missing: odd }],
	});
}

/** Somebody pushes a barrier from where it belongs a few metres on, and back at the end. Odd are both places. */
export function movedBarrier(planned: PlannedOddity, number: number, mover: Looks, random: () => number): Act {
	const home: Stance = { x: -1 + 4 * random(), z: 21.3, heading: 0 };
	const away: Stance = { x: home.x + 2.8 + random(), z: 22.3, heading: 0.5 };
	const [parts, moved] = [barrier(home), barrier(away)];
	return carried(planned, [mover, looksOf(random)], {
		spot: home,
		brings: 'nobody',
		draw: () => [],
		bodiesAt: (odd) => [
			{ x: home.x, z: home.z, parts, owner: odd ? number : 0, missing: odd },
			...(odd ? [{ x: away.x, z: away.z, parts: moved, owner: number }] : []),
		],
	});
}

/** The building's door stands open, and its light hall is seen. */
export function openDoor(planned: PlannedOddity, number: number): Act {
	const { kind, startSeconds } = planned;
	const endSeconds = startSeconds + (planned.durationSeconds ?? LASTS_SECONDS);
	const z = PLAN.building.z - 0.05;
	const parts = doorway(PLAN.doorPath.left + 0.5, PLAN.doorPath.right - 0.5, z);
	return {
		kind,
		startSeconds,
		endSeconds,
		bodiesAt: (seconds) =>
			seconds >= startSeconds && seconds <= endSeconds ? [{ x: PLAN.doorPath.left, z, parts, owner: number }] : [],
	};
}

/** A cart drives in, stands, and drives on. Odd is that it stands. */
export function parkedCart(planned: PlannedOddity, number: number, driver: Looks, random: () => number): Act {
	const { kind, startSeconds } = planned;
	const stay = planned.durationSeconds ?? LASTS_SECONDS;
	const endSeconds = startSeconds + stay;
	const paint = random() < 0.5 ? paintOf(0.75, 0.76, 0.74) : paintOf(0.2, 0.42, 0.3);
	const at = visit(lane(left, right, 13.9, 0), -2 + 6 * random(), 2.8, startSeconds, stay);
	return {
		kind,
		startSeconds,
		endSeconds,
		bodiesAt: (seconds) => {
			const here = at(seconds);
			if (here === null) return [];
			const { stance } = here;
			const stands = seconds >= startSeconds && seconds <= endSeconds;
			return [{ x: stance.x, z: stance.z, parts: cart(driver, paint, stance), owner: stands ? number : 0 }];
		},
	};
}

interface Carried {
	readonly spot: Stance;
	/** Which visitor comes with it; the other one goes with it. */
	readonly brings: 'first' | 'second' | 'nobody';
	/** The thing in a visitor's hand, so many metres above the ground. */
	readonly draw: (up: number, stance: Stance) => readonly Part[];
	/** What stands there, while it is odd and while it is not. */
	readonly bodiesAt: (odd: boolean) => readonly Body[];
}

/** One visitor makes it odd at the start, another sets it right at the end. */
function carried(planned: PlannedOddity, [first, second]: readonly [Looks, Looks], thing: Carried): Act {
	const { kind, startSeconds } = planned;
	const endSeconds = startSeconds + (planned.durationSeconds ?? LASTS_SECONDS);
	const { spot, brings } = thing;
	const begin = visit(lane(right, left, spot.z + 0.45, 0), spot.x, 1.3, startSeconds, 1.2);
	const finish = visit(lane(left, right, spot.z + 0.45, 0), spot.x, 1.35, endSeconds, 1.2);
	const visitor = (looks: Looks, here: Visit, carries: boolean): Body => {
		const { stance } = here;
		const parts = figure({ ...looks, height: Math.max(1.5, looks.height) }, { ...here, running: false }, stance);
		if (carries) parts.push(...thing.draw(0.24 - 0.22 * (here.stoop ?? 0), beside(stance)));
		return { x: stance.x, z: stance.z, parts, owner: 0 };
	};
	return {
		kind,
		startSeconds,
		endSeconds,
		bodiesAt: (seconds) => {
			const [one, other] = [begin(seconds), finish(seconds)];
			const early = brings === 'first' ? seconds < startSeconds : seconds > startSeconds;
			const late = brings === 'first' ? seconds > endSeconds : seconds < endSeconds;
			return [
				...(one === null ? [] : [visitor(first, one, early)]),
				...(other === null ? [] : [visitor(second, other, late)]),
				...thing.bodiesAt(seconds >= startSeconds && seconds <= endSeconds),
			];
		},
	};
}

/** Carried at the side that the camera sees. */
function beside(stance: Stance): Stance {
	return { ...stance, z: stance.z - 0.34 };
}
