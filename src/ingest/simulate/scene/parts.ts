import type { Paint } from './colour.ts';
import type { Point } from './view.ts';

/** A rounded stick with a radius in metres at each end: an arm, a post, a head. */
export interface Limb {
	readonly kind: 'limb';
	readonly from: Point;
	readonly fromRadius: number;
	readonly to: Point;
	readonly toRadius: number;
	readonly paint: Paint;
}

/** A flat convex face; it is seen from the side on which its corners go clockwise in the picture. */
export interface Panel {
	readonly kind: 'panel';
	readonly corners: readonly Point[];
	readonly paint: Paint;
}

export type Part = Limb | Panel;

/** Something that stands on the ground, as solid parts in the world. */
export interface Body {
	/** Where it stands: what decides which body hides which, and how much sun falls on it. */
	readonly x: number;
	readonly z: number;
	readonly parts: readonly Part[];
	/** 0 for what belongs here, else the number of the oddity it is. */
	readonly owner: number;
	/** Not in the picture, only in its labels: where something is missing. */
	readonly missing?: boolean;
}

/** Where a body stands and looks: places its own coordinates (metres ahead, up, to its left) in the world. */
export interface Stance {
	readonly x: number;
	readonly z: number;
	/** Radians from the x axis towards z. */
	readonly heading: number;
}

export type Place = (ahead: number, up: number, left: number) => Point;

export function placeOf(stance: Stance): Place {
	const [cos, sin] = [Math.cos(stance.heading), Math.sin(stance.heading)];
	return (ahead, up, left) => ({
		x: stance.x + ahead * cos - left * sin,
		y: up,
		z: stance.z + ahead * sin + left * cos,
	});
}

export function limb(from: Point, to: Point, fromRadius: number, toRadius: number, paint: Paint): Limb {
	return { kind: 'limb', from, fromRadius, to, toRadius, paint };
}

/** The six faces of an upright box in a body's own coordinates, shaded by where they look. */
export function box(
	place: Place,
	ahead: readonly [number, number],
	up: readonly [number, number],
	left: readonly [number, number],
	paint: Paint,
): Panel[] {
	const corner = (a: 0 | 1, u: 0 | 1, l: 0 | 1) => place(ahead[a], up[u], left[l]);
	const faces: readonly (readonly [readonly Point[], number])[] = [
		[[corner(0, 1, 0), corner(0, 1, 1), corner(1, 1, 1), corner(1, 1, 0)], 1.15],
		[[corner(0, 1, 0), corner(1, 1, 0), corner(1, 0, 0), corner(0, 0, 0)], 0.82],
		[[corner(1, 0, 1), corner(1, 1, 1), corner(0, 1, 1), corner(0, 0, 1)], 0.82],
		[[corner(1, 1, 0), corner(1, 1, 1), corner(1, 0, 1), corner(1, 0, 0)], 0.68],
		[[corner(0, 0, 1), corner(0, 1, 1), corner(0, 1, 0), corner(0, 0, 0)], 0.95],
	];
	return faces.map(([corners, brightness]) => ({
		kind: 'panel',
		corners,
		paint: { ...paint, y: paint.y * brightness },
	}));
}
