import { type Backdrop, LIGHT } from './backdrop.ts';
import { drawPolygon, drawStick, type Ink, type Plane, type Stick } from './canvas.ts';
import { SHADOW } from './ground-plan.ts';
import type { Light } from './light.ts';
import type { Body, Limb, Panel, Part } from './parts.ts';
import type { Picture } from './planes.ts';
import type { Point, View } from './view.ts';

/** Draws the bodies, which come furthest first, and their shadows into a picture that holds the backdrop. */
export function drawBodies(
	picture: Picture,
	view: View,
	bodies: readonly Body[],
	backdrop: Backdrop,
	light: Light,
): void {
	castShadows(picture, view, bodies, backdrop, light);
	const full = planeOf(picture.luma, view, 1);
	const halves = [picture.u, picture.v].map((pixels) => (pixels === null ? null : planeOf(pixels, view, 0.5)));
	for (const body of bodies) {
		const lit = sunAt(view, backdrop, body) * light.sun;
		const ambient = LIGHT.sky * light.sky;
		const direct = LIGHT.sun * lit;
		for (const part of furthestFirst(view, body.parts)) {
			drawPart(full, view, part, 1, lumaInk(part.paint.y * (ambient + direct * 0.9), direct));
			for (const [which, plane] of halves.entries()) {
				if (plane !== null) drawPart(plane, view, part, 1, flatInk(which === 0 ? part.paint.u : part.paint.v));
			}
		}
	}
}

/** Writes each body's owner where it is seen; what stands nearer hides what is behind. */
export function drawOwners(owners: Uint8ClampedArray, view: View, bodies: readonly Body[]): void {
	const plane = planeOf(owners, view, 1);
	for (const body of bodies) {
		const ink: Ink = (pixels, at, coverage) => {
			if (coverage >= 0.5) pixels[at] = body.owner;
		};
		for (const part of body.parts) drawPart(plane, view, part, 1, ink);
	}
}

function planeOf(pixels: Uint8ClampedArray, view: View, scale: number): Plane {
	return { pixels, width: view.width * scale, height: view.height * scale, scale };
}

/** Takes the sun's light away where a body keeps it off, once where shadows meet. */
function castShadows(picture: Picture, view: View, bodies: readonly Body[], backdrop: Backdrop, light: Light): void {
	const shade = planeOf(new Uint8ClampedArray(view.width * view.height), view, 1);
	const deepen: Ink = (pixels, at, coverage) => {
		const depth = coverage * 215;
		if (depth > pixels[at]!) pixels[at] = depth;
	};
	for (const body of bodies) {
		for (const part of body.parts) drawPart(shade, view, flattened(part), 2.2, deepen);
	}
	const { luma } = picture;
	for (let at = 0; at < luma.length; at++) {
		const depth = shade.pixels[at]!;
		if (depth > 0) luma[at]! -= (backdrop.sun[at]! * light.sun * depth) / 255;
	}
}

/** The part's shadow on the ground, as a part that lies there. */
function flattened(part: Part): Part {
	const fall = ({ x, y, z }: Point): Point => ({ x: x + SHADOW.x * y, y: 0, z: z + SHADOW.z * y });
	if (part.kind === 'panel') return { ...part, corners: part.corners.map(fall) };
	// Seen at a slant, what lies on the ground is flatter than it is wide.
	return {
		...part,
		from: fall(part.from),
		to: fall(part.to),
		fromRadius: part.fromRadius * 0.75,
		toRadius: part.toRadius * 0.75,
	};
}

function drawPart(plane: Plane, view: View, part: Part, softness: number, ink: Ink): void {
	if (part.kind === 'limb') drawStick(plane, stickOf(view, part), softness, ink);
	else drawPolygon(plane, outline(view, part), softness, ink);
}

function stickOf(view: View, part: Limb): Stick {
	const from = view.project(part.from.x, part.from.y, part.from.z);
	const to = view.project(part.to.x, part.to.y, part.to.z);
	return {
		x0: from.column,
		y0: from.row,
		r0: part.fromRadius * from.pixelsPerMetre,
		x1: to.column,
		y1: to.row,
		r1: part.toRadius * to.pixelsPerMetre,
	};
}

function outline(view: View, part: Panel): Float64Array {
	const corners = new Float64Array(2 * part.corners.length);
	for (const [order, { x, y, z }] of part.corners.entries()) {
		const { column, row } = view.project(x, y, z);
		corners[2 * order] = column;
		corners[2 * order + 1] = row;
	}
	return corners;
}

function furthestFirst(view: View, parts: readonly Part[]): Part[] {
	const depth = (part: Part) => {
		if (part.kind === 'limb') return (depthOf(view, part.from) + depthOf(view, part.to)) / 2;
		return part.corners.reduce((sum, corner) => sum + depthOf(view, corner), 0) / part.corners.length;
	};
	return parts
		.map((part) => ({ part, depth: depth(part) }))
		.sort((one, other) => other.depth - one.depth)
		.map(({ part }) => part);
}

function depthOf(view: View, { x, y, z }: Point): number {
	return view.project(x, y, z).depth;
}

function sunAt(view: View, backdrop: Backdrop, body: Body): number {
	const { column, row } = view.project(body.x, 0, body.z);
	const inside = (place: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(place)));
	return backdrop.sunlit[inside(row, view.height) * view.width + inside(column, view.width)]!;
}

/** Rounded: brighter towards the sun at the left and above. */
function lumaInk(value: number, direct: number): Ink {
	const side = 0.16 + 0.3 * direct;
	return (pixels, at, coverage, nx, ny) => {
		const level = value * (1 - side * nx - 0.12 * ny);
		pixels[at] = pixels[at]! + coverage * (level - pixels[at]!);
	};
}

function flatInk(value: number): Ink {
	return (pixels, at, coverage) => {
		pixels[at] = pixels[at]! + coverage * (value - pixels[at]!);
	};
}
