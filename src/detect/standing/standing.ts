import type { Frame, Size } from '../../core/frame.ts';
import type { StandingChange, StandingThing } from '../../core/standing.ts';
import { type UtcMs, utcMs } from '../../core/units.ts';
import { Backgrounds, CONFIDENT } from './backgrounds.ts';
import { cameOrWent, hasNoNewStructure, keepsStructure } from './evidence.ts';
import { Healing } from './healing.ts';
import { type Heeded, isAmong, type Kept, keptTrack, lookOf, type ThingLook } from './kept.ts';
import { LightSteps } from './light-steps.ts';
import { looksLike, Memory } from './memory.ts';
import { Owners, type Track } from './owners.ts';
import { boxOf, hide, type Patch, patchesOf, regionOf } from './regions.ts';
import { Unrest } from './unrest.ts';

export interface StandingRequest {
	readonly size: Size;
	readonly framesPerSecond: number;
	readonly afterSeconds: number;
	/** Share of the picture. */
	readonly minimumArea: number;
	/** What stood so long belongs there. */
	readonly absorbSeconds: number;
}

/** The picture is looked at so often; in between, nothing that stands changes. */
const LOOK_SECONDS = 1;
/** What stands in the first so many seconds, or spans of `afterSeconds`, belongs there. */
const SETTLE_SECONDS = 60;
const SETTLE_SPANS = 2;
/** Where more of the picture than this changes and stays, it is another picture; sooner so after a start with a stored one. */
const ANOTHER_PICTURE = { watching: 0.35, resumed: 0.05 } as const;
/** A thing of which less than this share still shows is gone. */
const STILL_THERE = 0.4;
/** Pixels around a thing that are part of it: its edge, its shadow. */
const MARGIN = 3;
const TRACKS_MOST = 64;
/**
 * What stands still on one camera and did not before. No network and no clock: the frames' time base within a run, their
 * arrival between runs.
 */
export class Standing {
	readonly #request: StandingRequest;
	readonly #backgrounds: Backgrounds;
	readonly #memory: Memory;
	readonly #healing = new Healing();
	readonly #lightSteps = new LightSteps();
	readonly #wanted: Uint8Array;
	readonly #owners: Owners;
	#ignored: Uint8Array | null = null;
	#tracks: Track[] = [];
	#numbers = 0;
	#last: Pick<Frame, 'run' | 'index' | 'arrivedAt'> | null = null;
	#at = 0;
	#lookedAt = Number.NEGATIVE_INFINITY;
	#settledAt: number;
	#resumedUntil = 0;
	#heeded: Heeded = { forgiven: [], confirmed: [] };

	constructor(request: StandingRequest) {
		const { size, afterSeconds } = request;
		this.#request = request;
		this.#backgrounds = new Backgrounds(size);
		this.#memory = new Memory(size);
		this.#wanted = new Uint8Array(size.width * size.height);
		this.#owners = new Owners(size.width * size.height);
		this.#settledAt = Math.max(SETTLE_SECONDS, SETTLE_SPANS * afterSeconds);
	}

	/** Goes on from what another one has kept: nothing need be got to know. */
	resume({ slow, before, standing }: Kept): void {
		this.#backgrounds.resume(slow);
		for (const { pixels, values } of before) this.#memory.restore(pixels, values);
		this.#settledAt = this.#at;
		this.#resumedUntil = this.#at + SETTLE_SECONDS;
		for (const { pixels, values, seconds, thing } of standing.slice(0, TRACKS_MOST)) {
			const since = this.#at - seconds;
			const patch: Patch = { pixels, box: boxOf(pixels, this.#request.size.width) };
			this.#backgrounds.put(pixels, values, since);
			this.#tracks.push({ patch, unrest: new Unrest(), thing, since, ripeAt: this.#at });
			this.#numbers = Math.max(this.#numbers, thing?.number ?? 0);
		}
		this.#owners.set(this.#tracks);
	}

	/** What is to be kept over a restart. */
	get kept(): Kept {
		const before = this.#memory.records.map(({ patch: { pixels }, values }) => ({ pixels, values }));
		const standing = this.#tracks.flatMap((track) => keptTrack(track, this.#backgrounds, this.#at));
		return { slow: this.#backgrounds.slow.slice(), before, standing };
	}

	/** What the picture would show if nothing stood there that did not, luma 0..255. */
	get expected(): Uint8Array {
		return Uint8Array.from(this.#backgrounds.slow, (value) => Math.min(255, Math.max(0, Math.round(value))));
	}

	/** Whether the picture is known well enough to be kept. */
	get settled(): boolean {
		return this.#at >= this.#settledAt;
	}

	/** What stands, the longest first. */
	get things(): readonly StandingThing[] {
		return this.#tracks.flatMap((track) => (track.thing === null ? [] : [this.#now(track, track.thing)]));
	}

	/** Pixels that are not 0 are not looked at; null: all are. */
	ignore(pixels: Uint8Array | null): void {
		this.#ignored = pixels;
	}

	/** Frames come in order. Damaged ones say nothing. */
	look(frame: Frame): readonly StandingChange[] {
		this.#follow(frame);
		if (frame.damage !== null || this.#at - this.#lookedAt < LOOK_SECONDS - 1e-6) return [];
		this.#lookedAt = this.#at;
		this.#backgrounds.look(frame.luma, this.#at);
		const { light } = this.#backgrounds;
		this.#lightSteps.follow(light.whole, this.#at);
		this.#memory.follow(light);
		const standing = this.#mark();
		const share = this.#at < this.#resumedUntil ? ANOTHER_PICTURE.resumed : ANOTHER_PICTURE.watching;
		if (standing > share * this.#wanted.length) return this.restart();
		if (this.#at < this.#settledAt) {
			this.#backgrounds.settle(this.#at);
			return [];
		}
		return [...this.#whatEnds(), ...this.#whatBegins(frame.capturedAt)];
	}

	/** The camera shows something else, or the same in another way: all begins anew. */
	restart(): readonly StandingChange[] {
		const lost = this.things.map((thing) => ({ kind: 'lost', thing }) as const);
		this.#backgrounds.restart();
		this.#memory.forget();
		this.#tracks = [];
		this.#settledAt = this.#at + Math.max(SETTLE_SECONDS, SETTLE_SPANS * this.#request.afterSeconds);
		return lost;
	}

	/** A thing belongs there from now on, unless it was confirmed; its going away will be no change. Returns what that ends. */
	absorb(number: number): readonly StandingChange[] {
		const track = this.#tracks.find(({ thing }) => thing?.number === number);
		return track?.thing == null || this.#isConfirmed(track.patch) ? [] : [this.#absorb(track, track.thing)];
	}

	/** Numbers of what stands and is forgiven. */
	heed(heeded: Heeded): readonly number[] {
		this.#heeded = heeded;
		const forgiven = this.#tracks.filter(({ patch }) =>
			isAmong(this.#heeded.forgiven, patch, this.#backgrounds.candidate),
		);
		return forgiven.flatMap(({ thing }) => (thing === null ? [] : [thing.number]));
	}

	/** What was forgiven and is so no more does not belong there: where it still stands, it begins to stand. */
	expel({ pixels, before, after }: ThingLook): void {
		const { slow } = this.#backgrounds;
		const patch: Patch = { pixels, box: boxOf(pixels, this.#request.size.width) };
		if (!looksLike({ pixels, values: after }, patch, slow)) return;
		for (const [order, pixel] of pixels.entries()) slow[pixel] = before[order]!;
		this.#memory.takeBack(patch, slow);
	}

	/** null where no such thing stands. */
	lookOf(number: number): ThingLook | null {
		const track = this.#tracks.find(({ thing }) => thing?.number === number);
		return track === undefined ? null : lookOf(track, this.#backgrounds);
	}

	#follow({ run, index, arrivedAt }: Frame): void {
		const last = this.#last;
		this.#last = { run, index, arrivedAt };
		if (last === null) return;
		const frames = (index - last.index) / this.#request.framesPerSecond;
		this.#at += Math.max(0, run === last.run ? frames : (arrivedAt - last.arrivedAt) / 1000);
	}

	/** Marks the pixels at which something stands; returns how many. */
	#mark(): number {
		const [ignored, wanted, backgrounds] = [this.#ignored, this.#wanted, this.#backgrounds];
		const { stood } = backgrounds;
		let standing = 0;
		wanted.fill(0);
		for (let pixel = 0; pixel < wanted.length; pixel++) {
			if (stood[pixel]! < CONFIDENT || !backgrounds.stands(pixel)) continue;
			if (ignored !== null && ignored[pixel] !== 0) continue;
			wanted[pixel] = 1;
			// What stood already says nothing of another picture.
			if (!this.#owners.has(pixel) || this.#at >= this.#resumedUntil) standing++;
		}
		return standing;
	}

	#whatEnds(): StandingChange[] {
		const { stood, since } = this.#backgrounds;
		const changes: StandingChange[] = [];
		for (const track of [...this.#tracks]) {
			if (track.thing === null) continue;
			const { patch, thing } = track;
			const there = patch.pixels.filter((pixel) => stood[pixel]! > 0 && since[pixel]! <= track.ripeAt).length;
			if (there < STILL_THERE * patch.pixels.length) {
				changes.push({ kind: 'gone', thing: this.#now(track, thing) });
				this.#healing.begin(patch, this.#at);
				this.#drop(track);
			} else if (this.#at - track.since >= this.#request.absorbSeconds && !this.#isConfirmed(track.patch)) {
				changes.push(this.#absorb(track, thing));
			}
		}
		return changes;
	}

	#whatBegins(capturedAt: UtcMs): StandingChange[] {
		const { size, afterSeconds, minimumArea } = this.#request;
		for (const { patch, thing } of this.#tracks) if (thing !== null) hide(this.#wanted, size, patch, MARGIN);
		const least = Math.max(4, Math.round(minimumArea * this.#wanted.length));
		const forming = this.#tracks.filter(({ thing }) => thing === null);
		const next: Track[] = [];
		const changes: StandingChange[] = [];
		for (const patch of patchesOf(this.#wanted, size, least)) {
			const track = this.#owners.of(patch, forming) ?? {
				patch,
				unrest: new Unrest(),
				thing: null,
				since: 0,
				ripeAt: 0,
			};
			if (next.includes(track)) continue;
			track.patch = patch;
			track.since = this.#backgrounds.sinceOf(patch.pixels);
			track.unrest.look(patch, this.#backgrounds);
			if (this.#belongs(track, this.#at - track.since >= afterSeconds)) continue;
			if (next.length < TRACKS_MOST) next.push(track);
			if (this.#at - track.since < afterSeconds || !track.unrest.calm || !track.unrest.visible) continue;
			track.ripeAt = this.#at;
			track.thing = this.#thingOf(track, capturedAt);
			changes.push({ kind: 'stands', thing: track.thing });
		}
		this.#tracks = [...this.#tracks.filter((track) => track.thing !== null && !next.includes(track)), ...next];
		this.#owners.set(this.#tracks);
		return changes;
	}

	/** Takes in what was there before or all the time, and, where it has stood long enough to be judged, what light has made. */
	#belongs({ patch, since }: Track, ripe: boolean): boolean {
		const { candidate } = this.#backgrounds;
		const known =
			this.#memory.takeBack(patch, candidate) ||
			this.#healing.covers(patch, this.#at) ||
			this.#backgrounds.neverWas(patch.pixels, this.#at);
		const forgiven = !known && isAmong(this.#heeded.forgiven, patch, this.#backgrounds.candidate);
		if (!known && !forgiven && !(ripe && this.#isLight(patch, since))) return false;
		if (forgiven) this.#memory.keep(patch, this.#backgrounds.slow);
		this.#backgrounds.absorb(patch.pixels);
		return true;
	}

	#isLight(patch: Patch, since: number): boolean {
		const { size } = this.#request;
		const { slow, candidate } = this.#backgrounds;
		if (keepsStructure(patch, size, slow, candidate)) return true;
		return this.#lightSteps.near(since) && hasNoNewStructure(patch, size, slow, this.#backgrounds.shown());
	}

	#isConfirmed(patch: Patch): boolean {
		return isAmong(this.#heeded.confirmed, patch, this.#backgrounds.candidate);
	}

	#thingOf({ patch, since }: Track, capturedAt: UtcMs): StandingThing {
		const { size } = this.#request;
		const { slow, candidate } = this.#backgrounds;
		const seconds = this.#at - since;
		return {
			number: ++this.#numbers,
			kind: cameOrWent(patch, size, slow, candidate),
			region: regionOf(patch, size),
			since: utcMs(capturedAt - seconds * 1000),
			seconds,
		};
	}

	#absorb(track: Track, thing: StandingThing): StandingChange {
		this.#memory.keep(track.patch, this.#backgrounds.slow);
		this.#backgrounds.absorb(track.patch.pixels);
		this.#drop(track);
		return { kind: 'absorbed', thing: this.#now(track, thing) };
	}

	#drop(track: Track): void {
		this.#tracks = this.#tracks.filter((other) => other !== track);
		this.#owners.set(this.#tracks);
	}

	#now({ since }: Track, thing: StandingThing): StandingThing {
		return { ...thing, seconds: this.#at - since };
	}
}
