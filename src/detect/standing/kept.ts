import type { StandingThing } from '../../core/standing.ts';
import type { Backgrounds } from './backgrounds.ts';
import { type Look, looksLike } from './memory.ts';
import type { Track } from './owners.ts';
import type { Patch } from './regions.ts';

/** A camera's slow background, and what was there before what it shows at some places, in grey levels. */
export interface Kept {
	readonly slow: Float32Array;
	readonly before: readonly Look[];
	/** What stands, or may come to be told, before it. */
	readonly standing: readonly KeptTrack[];
}

export interface KeptTrack extends Look {
	/** For so long. */
	readonly seconds: number;
	/** null: not yet. */
	readonly thing: StandingThing | null;
}

/** A thing at its place, and what is there without it. */
export interface ThingLook {
	readonly pixels: Int32Array;
	readonly before: Float32Array;
	readonly after: Float32Array;
}

/** What people have said of things. */
export interface Heeded {
	/** They belong where they are, and where they come again. */
	readonly forgiven: readonly ThingLook[];
	/** They never come to belong there. */
	readonly confirmed: readonly ThingLook[];
}

/** Nothing where none of it shows any more. `at`: now. */
export function keptTrack(track: Track, backgrounds: Backgrounds, at: number): readonly KeptTrack[] {
	const { pixels, after: values } = lookOf(track, backgrounds);
	if (pixels.length === 0) return [];
	const seconds = Math.max(0, at - track.since);
	return [{ pixels, values, seconds, thing: track.thing === null ? null : { ...track.thing, seconds } }];
}

export function lookOf({ patch }: Track, { slow, candidate, stood }: Backgrounds): ThingLook {
	const pixels = patch.pixels.filter((pixel) => stood[pixel]! > 0);
	const at = (picture: Float32Array) => Float32Array.from(pixels, (pixel) => picture[pixel]!);
	return { pixels, before: at(slow), after: at(candidate) };
}

/** Whether one of them is at the patch's place and looks like the picture there. */
export function isAmong(looks: readonly ThingLook[], patch: Patch, picture: Float32Array): boolean {
	return looks.some(({ pixels, after }) => looksLike({ pixels, values: after }, patch, picture));
}
