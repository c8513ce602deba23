import type { Frame, Size } from '../core/frame.ts';
import {
	type Distrust,
	type Disturbance,
	type IntegrityChange,
	type PictureFault,
	VIEW_FAULTS,
} from '../core/integrity.ts';
import type { Polygon } from '../core/polygon.ts';
import type { UtcMs } from '../core/units.ts';
import { Disturbances } from './disturbance.ts';
import { type Grid, gridOf } from './grid.ts';
import { compare, type Likeness, type Look, look } from './look.ts';
import { LoopWatch } from './loop.ts';
import { NoiseWatch } from './noise.ts';
import { PictureLoss } from './picture-loss.ts';
import { Reference } from './reference.ts';
import { Stillness } from './stillness.ts';
import { Suspicion } from './suspicion.ts';
import { findView } from './view.ts';

export interface InspectorOptions {
	readonly framesPerSecond: number;
	/** Nothing is done about these. */
	readonly ignore: readonly PictureFault[];
	/** Another view that lasts so long is the camera's view. */
	readonly acceptMinutes: number;
	/** Parts of the picture that are not looked at. */
	readonly hidden: readonly Polygon[];
}

/** A fault that begins or ends with a frame. */
export interface FaultChange {
	readonly change: IntegrityChange;
	readonly kind: PictureFault;
	/** Capture time of the first frame that showed it. */
	readonly startedAt: UtcMs;
	readonly detail: string;
}

export interface Inspection {
	/** The frame on its way on: damaged where it cannot be trusted, in a run of its own where those before it could not be. */
	readonly frame: Frame;
	readonly distrust: Distrust | null;
	/** What began to pass over the whole picture with this frame. */
	readonly disturbance: Disturbance | null;
	readonly changes: readonly FaultChange[];
}

/** How long there must be evidence before a fault is told, and how long none before it is over. */
const PATIENCE: { readonly [Kind in PictureFault]: { readonly tell: number; readonly clear: number } } = {
	frozen: { tell: 0.4, clear: 3 },
	loop: { tell: 0.4, clear: 10 },
	dark: { tell: 5, clear: 5 },
	covered: { tell: 3, clear: 5 },
	defocused: { tell: 4, clear: 5 },
	moved: { tell: 4, clear: 5 },
	noise: { tell: 4, clear: 10 },
	'packet-loss': { tell: 1, clear: 15 },
};
const KINDS = Object.keys(PATIENCE) as readonly PictureFault[];
/** After something has passed over the whole picture, it settles: automatic exposure, focus, the coder's bit rate. */
const SETTLE_SECONDS = 2;
/** A light that is steady again has settled sooner. */
const LIGHT_SETTLES_SECONDS = 1;

/** What is known of pictures of one size. */
interface Eye {
	readonly grid: Grid;
	readonly loop: LoopWatch;
	readonly reference: Reference;
	readonly disturbances: Disturbances;
}

interface Evidence {
	readonly kind: PictureFault;
	readonly detail: string;
	/** Otherwise it is a reason to trust nothing for the moment. */
	readonly certain: boolean;
}

/** Decides for each frame of one camera whether it can be trusted. Reads no clock. Frames come in order of time. */
export class Inspector {
	readonly #options: InspectorOptions;
	readonly #suspicions: ReadonlyMap<PictureFault, Suspicion>;
	readonly #since = new Map<PictureFault, UtcMs>();
	readonly #loss = new PictureLoss();
	#eye: Eye | null = null;
	readonly #stillness = new Stillness();
	#noise = new NoiseWatch();
	#time: { readonly frame: Frame; readonly at: number } | null = null;
	/** The newest picture that was looked at. */
	#last: { readonly frame: Frame; readonly seen: Look | null; readonly at: number } | null = null;
	#settling: { readonly kind: Disturbance; readonly until: number } | null = null;
	#movedAt: number | null = null;
	#evidence: readonly Evidence[] = [];
	#run = 0;
	#base = 0;
	#sourceRun: number | null = null;
	#broken = false;
	#accepting = false;

	constructor(options: InspectorOptions) {
		this.#options = options;
		this.#suspicions = new Map(
			KINDS.filter((kind) => !options.ignore.includes(kind)).map((kind) => [
				kind,
				new Suspicion(kind, PATIENCE[kind].tell, PATIENCE[kind].clear),
			]),
		);
	}

	/**
	 * What the camera shows from the next frame on is its view, and what was told of it by the one before is over.
	 * @returns whether there is evidence that it was moved.
	 */
	acceptView(): boolean {
		this.#accepting = true;
		return this.#suspicions.get('moved')?.held ?? false;
	}

	inspect(frame: Frame): Inspection {
		const accepting = this.#accepting;
		this.#accepting = false;
		if (accepting) this.#forgetView();
		const before = this.#time;
		const step = before === null ? 0 : secondsBetween(before.frame, frame, this.#options.framesPerSecond);
		const at = (before?.at ?? 0) + step;
		this.#time = { frame, at };
		const repeated = before !== null && before.frame.luma === frame.luma;
		const disturbance = repeated ? null : this.#see(frame, at);
		const changes = this.#suspect(frame, step, at, accepting ? VIEW_FAULTS : []);
		const told = [...this.#suspicions.values()].find((suspicion) => suspicion.told)?.kind;
		const held = this.#evidence.find(({ kind }) => this.#suspicions.has(kind))?.kind;
		const settling = this.#settlesAt(at);
		const distrust = told ?? held ?? settling;
		if (distrust === null) this.#learn(frame, at);
		return { frame: this.#passOn(frame, distrust), distrust, disturbance, changes };
	}

	/** Looks at a new picture and keeps what it is evidence of; returns the disturbance that begins with it. */
	#see(frame: Frame, at: number): Disturbance | null {
		const last = this.#last;
		const lost = this.#loss.next(frame.damage !== null, at);
		const loss: Evidence[] = lost === null ? [] : [{ kind: 'packet-loss', detail: lost, certain: true }];
		if (frame.damage !== null) {
			// A broken picture shows nothing of the camera's view.
			this.#last = { frame, seen: null, at };
			this.#evidence = [...this.#evidence.filter(({ kind }) => kind !== 'packet-loss'), ...loss];
			return null;
		}
		const eye = this.#eyeOf(frame);
		if (eye.grid.blocks.length === 0) {
			this.#evidence = loss;
			return null;
		}
		const seen = look(eye.grid.paint(frame.luma), eye.grid);
		const follows = last !== null && last.seen !== null && last.frame.run === frame.run;
		const before = follows && last.seen !== null ? compare(seen, last.seen, eye.grid) : null;
		this.#last = { frame, seen, at };
		const known = eye.reference.ready ? compare(seen, eye.reference, eye.grid) : null;
		const disturbance = eye.disturbances.next(seen, before, at);
		this.#evidence = [...loss, ...this.#findings(eye, seen, before, known, at, last === null ? 0 : at - last.at)];
		if (disturbance === null) return null;
		const begins = this.#settling === null || at >= this.#settling.until || this.#settling.kind !== disturbance;
		this.#settling = { kind: disturbance, until: at + SETTLE_SECONDS };
		return begins ? disturbance : null;
	}

	#findings(
		eye: Eye,
		seen: Look,
		before: Likeness | null,
		known: Likeness | null,
		at: number,
		step: number,
	): Evidence[] {
		const found: Evidence[] = [];
		const still = this.#stillness.next(seen, before?.differences ?? null, at);
		if (still.frozen || still.thawed) {
			const detail = `the same picture for ${still.seconds.toFixed(0)} s`;
			found.push({ kind: 'frozen', detail, certain: still.frozen });
		}
		const slots = Math.round(step * this.#options.framesPerSecond);
		const loop = eye.loop.next(seen.means, Math.max(0, slots - 1));
		if (loop.periodSeconds !== null || loop.suspect) {
			const detail = `the same ${loop.periodSeconds?.toFixed(1)} s again and again`;
			found.push({ kind: 'loop', detail, certain: loop.periodSeconds !== null });
		}
		const view = findView(seen, eye.reference, known);
		// While the camera turns its view is none yet.
		const turning = this.#settling !== null && this.#settling.kind === 'pan' && at < this.#settling.until;
		if (view !== null) found.push({ ...view, certain: view.kind !== 'moved' || !turning });
		const noise = before === null ? null : this.#noise.next(before.differences, at);
		const settled = this.#settling === null || this.#settling.kind === 'cut';
		if (noise !== null && view === null && settled) found.push({ kind: 'noise', detail: noise, certain: true });
		return found;
	}

	/** `over`: whatever the evidence. */
	#suspect(frame: Frame, step: number, at: number, over: readonly PictureFault[]): FaultChange[] {
		const changes: FaultChange[] = [];
		for (const [kind, suspicion] of this.#suspicions) {
			const evidence = this.#evidence.find((each) => each.kind === kind);
			if (evidence?.certain === true && suspicion.fresh) this.#since.set(kind, frame.capturedAt);
			const isOver = over.includes(kind) || this.#accepted(kind, at);
			const change = isOver ? suspicion.close() : suspicion.next(evidence?.certain === true, step);
			if (change === null) continue;
			if (kind === 'frozen' && change === 'started') this.#stillness.condemn();
			if (kind === 'moved') this.#movedAt = change === 'started' ? at : null;
			const startedAt = this.#since.get(kind) ?? frame.capturedAt;
			changes.push({ change, kind, startedAt, detail: evidence?.detail ?? '' });
		}
		return changes;
	}

	/** A new view becomes the view when nobody has turned the camera back. */
	#accepted(kind: PictureFault, at: number): boolean {
		if (kind !== 'moved' || this.#movedAt === null || at - this.#movedAt < 60 * this.#options.acceptMinutes)
			return false;
		this.#forgetView();
		return true;
	}

	#forgetView(): void {
		this.#eye = null;
		this.#noise = new NoiseWatch();
		this.#evidence = this.#evidence.filter(({ kind }) => !VIEW_FAULTS.includes(kind));
	}

	/** What has passed and not settled yet. */
	#settlesAt(at: number): Disturbance | null {
		if (this.#settling === null) return null;
		const { kind, until } = this.#settling;
		const soonest = until - SETTLE_SECONDS + LIGHT_SETTLES_SECONDS;
		const isSteady = kind === 'light' && at >= soonest && this.#eye?.disturbances.steady === true;
		return at < until && !isSteady ? kind : null;
	}

	#learn(frame: Frame, at: number): void {
		const { seen } = this.#last ?? {};
		if (seen == null || this.#eye === null || frame.damage !== null) return;
		if (this.#settling !== null) {
			if (this.#settling.kind === 'light') this.#eye.reference.relearn();
			this.#settling = null;
			this.#noise = new NoiseWatch();
		}
		const before = this.#eye.disturbances.newest;
		if (before !== null) this.#eye.reference.follow(seen, before, at);
	}

	#eyeOf({ width, height }: Size): Eye {
		const eye = this.#eye;
		if (eye !== null && eye.grid.size.width === width && eye.grid.size.height === height) return eye;
		const grid = gridOf({ width, height }, this.#options.hidden);
		this.#eye = {
			grid,
			reference: new Reference(grid),
			disturbances: new Disturbances(grid),
			loop: new LoopWatch(this.#options.framesPerSecond, grid.blocks.length),
		};
		return this.#eye;
	}

	#passOn(frame: Frame, distrust: Distrust | null): Frame {
		if (frame.run !== this.#sourceRun || (this.#broken && distrust === null)) {
			this.#run++;
			this.#base = frame.index;
		}
		this.#sourceRun = frame.run;
		this.#broken = distrust !== null;
		const { run, damage } = { run: this.#run, damage: frame.damage ?? distrust };
		return { ...frame, run, index: frame.index - this.#base, damage };
	}
}

function secondsBetween(last: Frame, frame: Frame, framesPerSecond: number): number {
	const seconds =
		last.run === frame.run ? (frame.index - last.index) / framesPerSecond : (frame.arrivedAt - last.arrivedAt) / 1000;
	return Math.max(0, seconds);
}
