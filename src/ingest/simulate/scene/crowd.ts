import { figure, looksOf } from './figure.ts';
import { PLAN } from './ground-plan.ts';
import type { Body, Stance } from './parts.ts';
import { randomStream } from './random.ts';
import { along, ROUTES, type Route, routeLength } from './routes.ts';

/** Nobody takes longer from one end to the other, pauses included. */
const LONGEST_SECONDS = 75;
/** Where a pause may be made: never on a lane's crossing. */
const LONGEST_PAUSE_SECONDS = 5;

/**
 * Everybody who belongs here at a time. Each route's time is cut into slots; a slot's number decides who sets out in it,
 * so any time can be asked for in any order.
 */
export function crowdAt(seconds: number, seed: number): Body[] {
	const bodies: Body[] = [];
	for (const [number, route] of ROUTES.entries()) {
		const last = Math.floor(seconds / route.slotSeconds);
		const first = Math.floor((seconds - LONGEST_SECONDS) / route.slotSeconds);
		for (let slot = first; slot <= last; slot++) {
			const random = randomStream(seed, 0x57a1, number, slot);
			if (random() >= route.busyShare) continue;
			bodies.push(...groupAt(seconds, slot, route, random));
		}
	}
	return bodies;
}

function groupAt(seconds: number, slot: number, route: Route, random: () => number): Body[] {
	const setsOut = (slot + 0.8 * random()) * route.slotSeconds;
	const speed = 1.08 + 0.5 * random();
	const draw = random();
	const people = draw < 0.76 ? 1 : draw < 0.94 ? 2 : 3;
	const middle = (random() - 0.5) * 2 * Math.max(0, route.halfWidth - 0.35 * (people - 1));
	const pauses = random() < 0.1;
	const pause = {
		at: (0.25 + 0.5 * random()) * routeLength(route),
		seconds: pauses ? 2 + (LONGEST_PAUSE_SECONDS - 2) * random() : 0,
	};
	const age = seconds - setsOut;
	const bodies: Body[] = [];
	for (let person = 0; person < people; person++) {
		const looks = looksOf(random);
		const lag = person === 0 ? 0 : 0.5 * (random() - 0.5);
		const wobble = random() * 10;
		const { distance, pace } = travelled(age, speed, pause);
		if (age < 0 || distance > routeLength(route)) continue;
		const side = middle + 0.7 * (person - (people - 1) / 2) + 0.06 * Math.sin(distance * 0.9 + wobble);
		const stance = along(route, distance + lag, side);
		if (!nearPicture(stance)) continue;
		const gait = { distance: distance + wobble, pace, running: false };
		bodies.push({ x: stance.x, z: stance.z, parts: figure(looks, gait, stance), owner: 0 });
	}
	return bodies;
}

function nearPicture(stance: Stance): boolean {
	return stance.x > PLAN.ends.left && stance.x < PLAN.ends.right;
}

/** Metres walked with one stop on the way, and how far the legs swing (0..1). */
function travelled(
	age: number,
	speed: number,
	pause: { readonly at: number; readonly seconds: number },
): { readonly distance: number; readonly pace: number } {
	const stops = pause.at / speed;
	if (age <= stops || pause.seconds === 0) return { distance: speed * age, pace: 1 };
	const stood = age - stops;
	if (stood >= pause.seconds) {
		return { distance: speed * (age - pause.seconds), pace: Math.min(1, 0.3 + (stood - pause.seconds) / 0.5) };
	}
	return { distance: pause.at, pace: Math.max(0, 1 - stood / 0.4) };
}
