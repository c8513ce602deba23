import { ForeframeError } from '../../../core/errors.ts';
import { type Backdrop, paintBackdrop } from './backdrop.ts';
import { crowdAt } from './crowd.ts';
import { drawBodies, drawOwners } from './draw.ts';
import { PLAN } from './ground-plan.ts';
import { type Light, lightAt } from './light.ts';
import { addNoise, noiseTable } from './noise.ts';
import { type Act, stage } from './oddities.ts';
import type { Body } from './parts.ts';
import { planesOf } from './planes.ts';
import { type OddityKind, plannedNear, type Schedule } from './schedule.ts';
import { bollard, lampPost } from './things.ts';
import { openView } from './view.ts';

export interface SceneOptions {
	readonly seed?: number;
	/** Even; 640×360 unless told. */
	readonly width?: number;
	readonly height?: number;
	/** 10 unless told. */
	readonly framesPerSecond?: number;
	readonly oddities?: Schedule;
}

export interface VisibleOddity {
	readonly kind: OddityKind;
	/** The pixels it covers: left and top included, right and bottom not. */
	readonly bbox: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

export interface SceneLabels {
	readonly anomalous: boolean;
	readonly oddities: readonly VisibleOddity[];
}

/** A campus walkway as a fixed camera sees it. Any frame can be asked for in any order, for ever: nothing drifts. */
export interface Scene {
	readonly width: number;
	readonly height: number;
	readonly framesPerSecond: number;
	/**
	 * Draws frame `index`. `out` holds `width * height` bytes for luma alone, or half as many more for I420; both
	 * full-range BT.601. `light` in place of that moment's.
	 */
	render(index: number, out: Uint8Array, light?: Light): void;
	labels(index: number): SceneLabels;
	/** 255 where an oddity is seen, else 0; `width * height` bytes. */
	mask(index: number): Uint8Array;
	/** What is planned to be odd at some time in the span, with the times it is odd at. */
	timeline(fromSeconds: number, untilSeconds: number): readonly Occurrence[];
}

export interface Occurrence {
	readonly kind: OddityKind;
	readonly startSeconds: number;
	readonly endSeconds: number;
}

/** An oddity that covers fewer pixels of a 640×360 picture is not labelled. */
const LEAST_VISIBLE_PIXELS = 12;

/** @throws {ForeframeError} USAGE for a size that is not even or not positive, or a frame rate that is not. */
export function openScene(options: SceneOptions = {}): Scene {
	const { seed = 1, width = 640, height = 360, framesPerSecond = 10, oddities = 'none' } = options;
	refuseOddSizes(width, height, framesPerSecond);
	const view = openView(width, height);
	const backdrop = paintBackdrop(view, seed);
	const furniture = furnish();
	const noise = noiseTable(seed);
	const acts = new Map<string, Act>();
	const actsNear = (seconds: number) =>
		plannedNear(seconds, oddities).map(({ number, planned }) => {
			const key = `${number}/${planned.startSeconds}`;
			const act = acts.get(key) ?? stage(planned, number, seed, view);
			if (acts.size > 32) acts.clear();
			acts.set(key, act);
			return { number, act };
		});
	const bodiesAt = (seconds: number): Body[] =>
		[...furniture, ...crowdAt(seconds, seed), ...actsNear(seconds).flatMap(({ act }) => act.bodiesAt(seconds))].sort(
			(one, other) => view.project(other.x, 0, other.z).depth - view.project(one.x, 0, one.z).depth,
		);
	const owners = (index: number): Uint8ClampedArray => {
		const plane = new Uint8ClampedArray(width * height);
		drawOwners(plane, view, bodiesAt(index / framesPerSecond));
		return plane;
	};
	const isOdd = (seconds: number) =>
		actsNear(seconds).some(({ act }) => seconds >= act.startSeconds && seconds <= act.endSeconds);
	return {
		width,
		height,
		framesPerSecond,
		render: (index, out, light = lightAt(index / framesPerSecond, seed)) => {
			const seconds = index / framesPerSecond;
			const picture = planesOf(out, width, height);
			compose(picture.luma, backdrop, light.sky, light.sun);
			picture.u?.set(backdrop.u);
			picture.v?.set(backdrop.v);
			const bodies = bodiesAt(seconds).filter(({ missing }) => missing !== true);
			drawBodies(picture, view, bodies, backdrop, light);
			addNoise(picture.luma, width, noise, seed, index);
		},
		labels: (index) => {
			const seconds = index / framesPerSecond;
			if (!isOdd(seconds)) return { anomalous: false, oddities: [] };
			const plane = owners(index);
			const least = (LEAST_VISIBLE_PIXELS * width * height) / (640 * 360);
			const visible = actsNear(seconds).flatMap(({ number, act }) => {
				const bbox = boundsOf(plane, width, number, least);
				return bbox === null ? [] : [{ kind: act.kind, bbox }];
			});
			return { anomalous: visible.length > 0, oddities: visible };
		},
		mask: (index) => {
			if (!isOdd(index / framesPerSecond)) return new Uint8Array(width * height);
			return Uint8Array.from(owners(index), (owner) => (owner > 0 ? 255 : 0));
		},
		timeline: (fromSeconds, untilSeconds) => {
			const found = new Map<Act, Occurrence>();
			for (let seconds = fromSeconds; seconds <= untilSeconds; seconds += 1) {
				for (const { act } of actsNear(seconds)) {
					const { kind, startSeconds, endSeconds } = act;
					if (endSeconds >= fromSeconds && startSeconds <= untilSeconds) {
						found.set(act, { kind, startSeconds, endSeconds });
					}
				}
			}
			return [...found.values()].sort((one, other) => one.startSeconds - other.startSeconds);
		},
	};
}

function refuseOddSizes(width: number, height: number, framesPerSecond: number): void {
	const even = (side: number) => Number.isInteger(side) && side >= 32 && side % 2 === 0;
	if (!even(width) || !even(height)) {
		throw new ForeframeError('USAGE', `The scene got size ${width}x${height}; it wants even sides of 32 at least`);
	}
	if (!(framesPerSecond > 0)) {
		throw new ForeframeError('USAGE', `The scene got ${framesPerSecond} frames a second; it wants more than none`);
	}
}

function furnish(): Body[] {
	const { z, every, from, to } = PLAN.bollards;
	const bodies: Body[] = [];
	for (let x = from; x <= to; x += every) bodies.push({ x, z, parts: bollard(x, z), owner: 0 });
	const { lamp } = PLAN;
	bodies.push({ x: lamp.x, z: lamp.z, parts: lampPost(lamp.x, lamp.z), owner: 0 });
	return bodies;
}

function compose(luma: Uint8ClampedArray, backdrop: Backdrop, sky: number, sun: number): void {
	for (let at = 0; at < luma.length; at++) luma[at] = backdrop.sky[at]! * sky + backdrop.sun[at]! * sun;
}

function boundsOf(plane: Uint8ClampedArray, width: number, owner: number, least: number): VisibleOddity['bbox'] | null {
	let [count, left, top, right, bottom] = [0, width, Infinity, 0, 0];
	for (let at = 0; at < plane.length; at++) {
		if (plane[at] !== owner) continue;
		const column = at % width;
		const row = (at - column) / width;
		count++;
		left = Math.min(left, column);
		right = Math.max(right, column + 1);
		top = Math.min(top, row);
		bottom = row + 1;
	}
	return count < least ? null : { left, top, right, bottom };
}
