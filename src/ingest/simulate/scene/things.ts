import { type Paint, paintOf, scaled } from './colour.ts';
import type { Looks } from './figure.ts';
import { box, limb, type Part, type Place, placeOf, type Stance } from './parts.ts';

const METAL = paintOf(0.5, 0.52, 0.55);
const RUBBER = paintOf(0.07, 0.07, 0.08);
const WHEEL_RADIUS = 0.34;

/** A bicycle and who rides it; `distance` in metres turns pedals and legs. */
export function cyclist(looks: Looks, frame: Paint, distance: number, stance: Stance): Part[] {
	const place = placeOf(stance);
	const rear = place(-0.52, WHEEL_RADIUS, 0);
	const front = place(0.55, WHEEL_RADIUS, 0);
	const crank = place(-0.05, 0.3, 0);
	const saddle = place(-0.24, 0.92, 0);
	const steer = place(0.36, 0.86, 0);
	const parts: Part[] = [
		...wheel(place, -0.52),
		...wheel(place, 0.55),
		limb(rear, crank, 0.022, 0.022, frame),
		limb(rear, saddle, 0.02, 0.02, frame),
		limb(crank, saddle, 0.025, 0.025, frame),
		limb(crank, steer, 0.028, 0.028, frame),
		limb(saddle, steer, 0.026, 0.026, frame),
		limb(steer, front, 0.024, 0.02, METAL),
		limb(place(0.36, 1.02, 0.27), place(0.36, 1.02, -0.27), 0.02, 0.02, METAL),
		limb(steer, place(0.36, 1.02, 0), 0.02, 0.02, METAL),
		limb(place(-0.33, 0.95, 0), place(-0.12, 0.95, 0), 0.05, 0.03, RUBBER),
	];
	const turn = distance / WHEEL_RADIUS / 2.6;
	for (const side of [1, -1] as const) parts.push(...pedallingLeg(looks, place, turn, side));
	return [...parts, ...rider(looks, place)];
}

function wheel(place: Place, ahead: number): Part[] {
	const spokes = 14;
	const rim = Array.from({ length: spokes }, (_, step) => {
		const angle = (2 * Math.PI * step) / spokes;
		return place(ahead + WHEEL_RADIUS * Math.cos(angle), WHEEL_RADIUS + (WHEEL_RADIUS - 0.02) * Math.sin(angle), 0);
	});
	return rim.map((point, step) => limb(point, rim[(step + 1) % spokes]!, 0.022, 0.022, RUBBER));
}

/** Hip and pedal are given, the knee follows: two links of equal length. */
function pedallingLeg(looks: Looks, place: Place, turn: number, side: 1 | -1): Part[] {
	const angle = turn + (side === 1 ? 0 : Math.PI);
	const hip = { ahead: -0.2, up: 0.98 };
	const pedal = { ahead: -0.05 + 0.17 * Math.cos(angle), up: 0.33 - 0.17 * Math.sin(angle) };
	const [alongX, alongY] = [pedal.ahead - hip.ahead, pedal.up - hip.up];
	const span = Math.hypot(alongX, alongY);
	const link = 0.45;
	const bulge = Math.sqrt(Math.max(0.0004, link * link - (span * span) / 4));
	const kneeAhead = hip.ahead + alongX / 2 - (alongY / span) * bulge;
	const kneeUp = hip.up + alongY / 2 + (alongX / span) * bulge;
	const left = side * 0.1;
	const knee = place(kneeAhead, kneeUp, left);
	const foot = place(pedal.ahead, pedal.up, left);
	return [
		limb(place(hip.ahead, hip.up, left * 0.8), knee, 0.09, 0.06, looks.below),
		limb(knee, foot, 0.06, 0.045, looks.below),
		limb(foot, place(pedal.ahead + 0.16, pedal.up - 0.02, left), 0.045, 0.03, RUBBER),
	];
}

function rider(looks: Looks, place: Place): Part[] {
	const parts: Part[] = [];
	for (const side of [1, -1] as const) {
		parts.push(limb(place(-0.2, 1.02, side * 0.07), place(0.08, 1.42, side * 0.12), 0.11, 0.1, looks.above));
		const elbow = place(0.24, 1.18, side * 0.24);
		parts.push(limb(place(0.1, 1.42, side * 0.18), elbow, 0.055, 0.045, scaled(looks.above, 0.92)));
		parts.push(limb(elbow, place(0.36, 1.04, side * 0.24), 0.045, 0.035, looks.skin));
	}
	const head = place(0.2, 1.63, 0);
	parts.push(limb(place(0.1, 1.48, 0), head, 0.055, 0.055, looks.skin));
	parts.push(limb(head, head, 0.095, 0.095, looks.skin));
	parts.push(limb(place(0.18, 1.68, 0), place(0.2, 1.68, 0), 0.1, 0.1, looks.hair));
	return parts;
}

/** A small electric cart with a driver. */
export function cart(looks: Looks, body: Paint, stance: Stance): Part[] {
	const place = placeOf(stance);
	const parts: Part[] = [];
	for (const ahead of [-0.85, 0.85]) {
		for (const left of [-0.55, 0.55]) {
			parts.push(limb(place(ahead, 0.24, left), place(ahead, 0.24, left * 0.85), 0.24, 0.24, RUBBER));
			parts.push(limb(place(ahead * 0.8, 0.8, left), place(ahead * 0.75, 1.8, left), 0.035, 0.035, METAL));
		}
	}
	parts.push(...box(place, [-1.25, -0.1], [0.28, 0.95], [-0.6, 0.6], body));
	parts.push(...box(place, [-0.1, 1.25], [0.28, 0.72], [-0.6, 0.6], body));
	parts.push(...box(place, [-0.95, 0.85], [1.8, 1.9], [-0.65, 0.65], paintOf(0.88, 0.88, 0.84)));
	const head = place(0.12, 1.5, 0.25);
	parts.push(limb(place(0, 0.95, 0.25), place(0.05, 1.25, 0.25), 0.16, 0.14, looks.above));
	parts.push(limb(head, head, 0.1, 0.1, looks.skin));
	parts.push(limb(place(0.08, 1.2, 0.1), place(0.5, 1.05, 0.2), 0.05, 0.04, looks.above));
	return parts;
}

/** A travelling bag, standing or carried `up` metres above the ground. */
export function bag(paint: Paint, up: number, stance: Stance): Part[] {
	const place = placeOf(stance);
	return [
		...box(place, [-0.3, 0.3], [up, up + 0.38], [-0.15, 0.15], paint),
		limb(place(-0.12, up + 0.38, 0), place(-0.08, up + 0.5, 0), 0.02, 0.02, RUBBER),
		limb(place(-0.08, up + 0.5, 0), place(0.08, up + 0.5, 0), 0.02, 0.02, RUBBER),
		limb(place(0.08, up + 0.5, 0), place(0.12, up + 0.38, 0), 0.02, 0.02, RUBBER),
	];
}

/** A litter bin on a short post, standing or carried `up` metres above the ground. */
export function bin(paint: Paint, up: number, stance: Stance): Part[] {
	const place = placeOf(stance);
	return [
		limb(place(0, up + 0.1, 0), place(0, up + 0.85, 0), 0.24, 0.27, paint),
		limb(place(0, up + 0.88, 0), place(0, up + 0.95, 0), 0.28, 0.2, scaled(paint, 0.5)),
	];
}

/** A board across two posts, in red and white. */
export function barrier(stance: Stance): Part[] {
	const place = placeOf(stance);
	const parts: Part[] = [-1.05, 1.05].map((ahead) => limb(place(ahead, 0, 0), place(ahead, 1, 0), 0.05, 0.05, METAL));
	for (let stripe = 0; stripe < 6; stripe++) {
		const paint = stripe % 2 === 0 ? paintOf(0.75, 0.2, 0.15) : paintOf(0.88, 0.87, 0.84);
		const from = -1.2 + 0.4 * stripe;
		parts.push(...box(place, [from, from + 0.4], [0.6, 0.95], [-0.04, 0.04], paint));
	}
	return parts;
}

/** An open door in the building's front: the lit hall behind it, and a leaf against the wall. */
export function doorway(left: number, right: number, z: number): Part[] {
	const face = (from: number, to: number, top: number, paint: Paint): Part => ({
		kind: 'panel',
		corners: [
			{ x: from, y: top, z },
			{ x: to, y: top, z },
			{ x: to, y: 0, z },
			{ x: from, y: 0, z },
		],
		paint,
	});
	return [face(left, right, 2.85, paintOf(0.92, 0.86, 0.7)), face(right, right + 0.9, 2.8, paintOf(0.2, 0.16, 0.13))];
}

/** A bollard between the walkway and the one-way lane. */
export function bollard(x: number, z: number): Part[] {
	return [
		limb({ x, y: 0.05, z }, { x, y: 0.85, z }, 0.08, 0.08, paintOf(0.3, 0.31, 0.33)),
		limb({ x, y: 0.72, z }, { x, y: 0.78, z }, 0.085, 0.085, paintOf(0.85, 0.85, 0.8)),
	];
}

export function lampPost(x: number, z: number): Part[] {
	return [
		limb({ x, y: 0, z }, { x, y: 0.5, z }, 0.13, 0.1, paintOf(0.2, 0.22, 0.22)),
		limb({ x, y: 0.5, z }, { x, y: 5, z }, 0.065, 0.05, paintOf(0.24, 0.26, 0.26)),
		limb({ x, y: 5.05, z }, { x: x + 0.5, y: 5.1, z }, 0.1, 0.14, paintOf(0.75, 0.75, 0.7)),
	];
}
