import { type Picture, planesOf } from '../scene/planes.ts';
import type { PictureEffect } from './effect.ts';
import { anotherScene, blur, resized, turn } from './geometry.ts';
import { addGrain, cover, darken, expose, seeInfrared } from './tone.ts';

/** Puts effects upon the pictures of one feed, in the order of their time. */
export interface Lens {
	/** The effects in force from the next picture on. */
	wear(effects: readonly PictureEffect[]): void;
	readonly effects: readonly PictureEffect[];
	/**
	 * Changes `picture` (I420 of `width` columns) or returns another, of the size of `sizeOf`. `index` counts the pictures of
	 * the feed, those that were left out as well.
	 */
	through(picture: Uint8Array, width: number, framesPerSecond: number, index: number): Uint8Array;
	sizeOf(width: number, height: number): { readonly width: number; readonly height: number };
}

const PAN_SECONDS = 8;
/** Of pictures that a loop keeps. */
const KEPT_MAX = 3000;

export function openLens(): Lens {
	let worn: readonly Worn[] = [];
	const sizeOf: Lens['sizeOf'] = (width, height) => {
		const size = worn.map(({ effect }) => effect).find((effect) => effect.kind === 'resize');
		return size?.kind === 'resize' ? { width: size.width, height: size.height } : { width, height };
	};
	return {
		wear: (effects) => {
			worn = effects.map(
				(effect) => worn.find((before) => before.effect === effect) ?? { effect, began: null, kept: [] },
			);
		},
		get effects() {
			return worn.map(({ effect }) => effect);
		},
		through: (original, width, framesPerSecond, index) => {
			let picture = original;
			for (const one of worn) {
				one.began ??= index;
				picture = put(one, one.began, picture, width, framesPerSecond, index);
			}
			const size = sizeOf(width, picture.length / 1.5 / width);
			if (size.width * size.height * 1.5 === picture.length && size.width === width) return picture;
			const other = new Uint8Array(size.width * size.height * 1.5);
			resized(picture, width, picture.length / 1.5 / width, other, size.width);
			return other;
		},
		sizeOf,
	};
}

interface Worn {
	readonly effect: PictureEffect;
	/** Index of its first picture. */
	began: number | null;
	/** Copies of what it repeats, by their place in it. */
	readonly kept: Uint8Array[];
}

function put(
	{ effect, kept }: Worn,
	began: number,
	picture: Uint8Array,
	width: number,
	rate: number,
	index: number,
): Uint8Array {
	const seen = index - began;
	switch (effect.kind) {
		case 'loop':
			return repeated(picture, kept, seen, Math.min(KEPT_MAX, Math.max(1, Math.round(effect.seconds * rate))));
		case 'still':
			return repeated(picture, kept, seen, 1);
		case 'resize':
			return picture;
		default: {
			const height = picture.length / 1.5 / width;
			applyEffect(effect, planesOf(picture, width, height), width, { seconds: seen / rate, index });
			return picture;
		}
	}
}

function repeated(picture: Uint8Array, kept: Uint8Array[], seen: number, period: number): Uint8Array {
	if (seen < period) {
		kept[seen] = picture.slice();
		return picture;
	}
	// Whoever comes after this effect may draw into what it gets.
	const place = Math.max(0, seen % period);
	return (kept.findLast((one, at) => one !== undefined && at <= place) ?? picture).slice();
}

export type InstantEffect = Exclude<PictureEffect, { readonly kind: 'loop' | 'still' | 'resize' }>;

/** Changes one picture. `seconds` since the effect began; another `index` gives other noise. */
export function applyEffect(
	effect: InstantEffect,
	picture: Picture,
	width: number,
	{ seconds, index }: { readonly seconds: number; readonly index: number },
): void {
	switch (effect.kind) {
		case 'dark':
			darken(picture, width, index);
			break;
		case 'covered':
			cover(picture, width, index);
			break;
		case 'defocused':
			blur(picture, width, effect.radius);
			break;
		case 'moved':
			turn(picture, width, effect.share, effect.share / 3);
			break;
		case 'pan': {
			const phase = (seconds % PAN_SECONDS) / PAN_SECONDS;
			turn(picture, width, effect.share * (1 - Math.abs(2 * phase - 1)), 0);
			break;
		}
		case 'cut':
			anotherScene(picture, width);
			break;
		case 'exposure':
			expose(picture, effect.gain);
			break;
		case 'infrared':
			seeInfrared(picture, width, index);
			break;
		case 'noise':
			addGrain(picture.luma, width, effect.deviation, index);
			break;
		default:
			effect satisfies never;
	}
}
