import type { Clock } from '../../core/clock.ts';
import { describeError, ForeframeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { LearningOutcome, LearningPhase, LearningState } from '../../core/learning-state.ts';
import type { TimeSpan } from '../../core/time-span.ts';
import { type CameraId, type UtcMs, utcMs } from '../../core/units.ts';
import type { FootageWriter } from '../../ingest/footage-writer.ts';
import { everyMs, type LearningOptions } from '../../learn/options.ts';
import type { ExamResult } from './examine-protocol.ts';
import { beginJob, endJob, findJob, type LearningJob, noteJob } from './job.ts';
import { type LearningRecord, NEW_RECORD } from './record.ts';
import type { Turns } from './turns.ts';

/** What is done with a camera's models; each resolves when the camera is watched with what came of it. */
export interface LearnedModels {
	/** A new model's folder becomes a version. @throws ForeframeError MODEL_INVALID, STORE_FAILED */
	promote(folder: string, result: ExamResult, at: UtcMs): Promise<void>;
	/** Takes the version before the running one again. @throws ForeframeError USAGE when there is none */
	rollBack(): Promise<string>;
	/** The camera shows something else since `from`: nothing that was learned or calibrated before is used. */
	distrust(from: UtcMs): Promise<void>;
}

export interface LifeParts {
	readonly camera: CameraId;
	readonly options: LearningOptions;
	readonly clock: Clock;
	readonly observe: Observe;
	readonly footage: FootageWriter;
	/** What is never learned from. */
	readonly confirmed: () => readonly TimeSpan[];
	/** For the learning that is under way. */
	readonly folder: string;
	readonly record: LearningRecord;
	/** @throws ForeframeError STORE_FAILED */
	readonly save: (record: LearningRecord) => Promise<void>;
	readonly turns: Turns;
	readonly models: LearnedModels;
	/** Trains in a process of its own. @throws ForeframeError; an AbortError */
	readonly train: (job: LearningJob, signal: AbortSignal, told: (done: number) => void) => Promise<void>;
	/** Examines in a process of its own. @throws ForeframeError; an AbortError */
	readonly examine: (job: LearningJob, signal: AbortSignal, told: (done: number) => void) => Promise<ExamResult>;
	readonly tell: (state: LearningState) => void;
}

const LOOK_MS = 1000;
/** A learning that failed is tried again after this time. */
const AGAIN_MS = 3_600_000;
/** So often a learning is begun or gone on with. */
const ATTEMPTS_MAX = 10;
/** The least footage that a request may begin a learning with, seconds. */
const FOOTAGE_MIN_SECONDS = 35;

/**
 * A camera's own learning, over and over: footage is collected; a model is trained on it, examined beside the running one,
 * and runs from then on where it is better.
 */
export class Life {
	readonly #parts: LifeParts;
	#record: LearningRecord;
	#state: LearningState;
	#requested = false;
	#moved = false;
	/** Whether the first phase was told. */
	#entered = false;
	/** Ends the learning that is under way. */
	#job: AbortController | null = null;
	/** Changes of the model come one after the other. */
	#changing: Promise<unknown> = Promise.resolve();

	constructor(parts: LifeParts) {
		this.#parts = parts;
		this.#record = parts.record;
		this.#state = { phase: 'collecting', progress: 0, nextAt: null, last: lastOf(parts.record) };
	}

	get state(): LearningState {
		return this.#state;
	}

	/** Since when the camera has shown what it shows. */
	get trustedFrom(): UtcMs {
		return utcMs(this.#record.trustedFrom ?? 0);
	}

	/** Begins a learning as soon as there is room for it. @throws ForeframeError USAGE saying why it cannot be begun */
	request(): void {
		const { camera, footage } = this.#parts;
		if (this.#job !== null || this.#requested) {
			throw new ForeframeError('USAGE', `Camera ${camera} is learning already`);
		}
		const seconds = footage.seconds(this.trustedFrom);
		if (seconds < FOOTAGE_MIN_SECONDS) {
			throw new ForeframeError(
				'USAGE',
				`Camera ${camera} cannot learn from ${Math.round(seconds)} s of normal footage: wanted at least ${FOOTAGE_MIN_SECONDS} s`,
			);
		}
		this.#requested = true;
	}

	/** Takes the model before the running one again. @throws ForeframeError USAGE when there is none */
	async rollBack(): Promise<void> {
		const detail = await this.#change(() => this.#parts.models.rollBack());
		await this.#end('rolled-back', detail, this.#record.endedAt);
	}

	/** The camera shows another place from now on. */
	moved(): void {
		this.#moved = true;
		this.#job?.abort();
	}

	async run(signal: AbortSignal): Promise<void> {
		const { folder, turns } = this.#parts;
		for (;;) {
			let job = await findJob(folder);
			if (job === null) await this.#untilDue(signal);
			if (this.#moved) {
				await this.#beginAnew();
				continue;
			}
			this.#job = new AbortController();
			const working = AbortSignal.any([signal, this.#job.signal]);
			try {
				if (turns.taken) this.#enter('waiting', null, '');
				using _turn = await turns.take(working);
				this.#requested = false;
				if (job === null) job = await beginJob(folder, this.#parts.footage.folder, this.#parts.confirmed());
				else job = await this.#resume(job);
				await this.#learn(job, working);
			} catch (error) {
				if (signal.aborted) throw error;
				if (!this.#moved) await this.#fail(error);
			} finally {
				this.#job = null;
			}
			await endJob(folder);
		}
	}

	/** Collects until it is time to learn, or the camera was moved. */
	async #untilDue(signal: AbortSignal): Promise<void> {
		const { clock, footage, options, observe, camera } = this.#parts;
		for (let looks = 0; !this.#moved; looks++) {
			const seconds = footage.seconds(this.trustedFrom);
			if (looks % 10 === 0) observe({ kind: 'footage', camera, bytes: footage.bytes, seconds });
			if (this.#requested) return;
			const enough = footage.full ? 1 : Math.min(1, seconds / (options.afterMinutes * 60));
			const nextAt = this.#nextAt();
			const first = this.#record.endedAt === null;
			if (enough >= 1 && nextAt !== null && clock.utcNow() >= nextAt) return;
			if (first) this.#enter('collecting', enough, `until there are ${options.afterMinutes} minutes`);
			else this.#enter('resting', null, '');
			this.#tell({ nextAt: first ? null : nextAt, progress: first ? enough : null });
			await clock.sleep(LOOK_MS, signal);
		}
	}

	/** @throws ForeframeError LEARNING_FAILED when it has been tried too often: it may be what ends the daemon. */
	async #resume(job: LearningJob): Promise<LearningJob> {
		if (job.attempts < ATTEMPTS_MAX) return noteJob(this.#parts.folder, job, { attempts: job.attempts + 1 });
		throw new ForeframeError('LEARNING_FAILED', `A learning was cut off ${job.attempts} times and is given up`);
	}

	async #learn(job: LearningJob, signal: AbortSignal): Promise<void> {
		const { folder, train, examine, models } = this.#parts;
		let current = job;
		if (current.stage === 'training') {
			this.#enter('training', 0, `from ${words(current.seconds)} of footage, ${this.#parts.options.minutes} minutes`);
			await train(current, signal, (done) => this.#tell({ progress: done }));
			current = await noteJob(folder, current, { stage: 'exam' });
		}
		this.#enter('examining', 0, '');
		const result = await examine(current, signal, (done) => this.#tell({ progress: done }));
		const { kind, why } = result.judgement;
		if (kind === 'refuse') return this.#end('refused', why);
		await this.#change(() => models.promote(current.model, result, this.#parts.clock.utcNow()));
		await this.#end('promoted', why);
	}

	/** What a person could do something about is told; learning is tried again later. */
	async #fail(error: unknown): Promise<void> {
		if (!isForeframeError(error)) throw error;
		await this.#end('failed', describeError(error));
	}

	async #beginAnew(): Promise<void> {
		const { clock, footage, folder, models } = this.#parts;
		this.#moved = false;
		this.#requested = false;
		const now = clock.utcNow();
		await endJob(folder);
		await footage.clear();
		this.#record = { ...NEW_RECORD, trustedFrom: now, last: this.#record.last };
		await this.#end('moved', 'what it shows has lastingly changed as a whole', null);
		await this.#change(() => models.distrust(now)).catch((error: unknown) => this.#warn(error));
	}

	async #end(outcome: LearningOutcome, detail: string, endedAt: number | null = this.#parts.clock.utcNow()) {
		const { observe, camera, clock, save } = this.#parts;
		this.#record = { ...this.#record, endedAt, last: { at: clock.utcNow(), outcome, detail } };
		this.#tell({});
		observe({ kind: 'learning-ended', camera, outcome, detail });
		await save(this.#record).catch((error: unknown) => this.#warn(error));
	}

	#warn(error: unknown): void {
		if (!isForeframeError(error)) throw error;
		this.#parts.observe({ kind: 'warning', about: this.#parts.camera, detail: describeError(error) });
	}

	#change<Result>(change: () => Promise<Result>): Promise<Result> {
		const changed = this.#changing.then(change);
		this.#changing = changed.catch(() => {});
		return changed;
	}

	/** When the next learning begins by itself; null where nothing but a request begins one. */
	#nextAt(): UtcMs | null {
		const { endedAt, last } = this.#record;
		if (endedAt === null) return utcMs(0);
		if (last?.outcome === 'failed') return utcMs(endedAt + AGAIN_MS);
		const every = everyMs(this.#parts.options.every);
		return every === null ? null : utcMs(endedAt + every);
	}

	#enter(phase: LearningPhase, progress: number | null, detail: string): void {
		const { observe, camera } = this.#parts;
		const before = this.#state.phase;
		if (before !== phase || !this.#entered) observe({ kind: 'learning-phase', camera, phase, detail });
		this.#entered = true;
		this.#tell({ phase, progress, nextAt: null });
	}

	#tell(change: Partial<LearningState>): void {
		const { observe, camera, tell } = this.#parts;
		const before = this.#state;
		this.#state = { ...before, ...change, last: lastOf(this.#record) };
		if (before.progress !== this.#state.progress) {
			observe({ kind: 'learning-progress', camera, progress: this.#state.progress });
		}
		tell(this.#state);
	}
}

function lastOf({ last }: LearningRecord): LearningState['last'] {
	return last === null ? null : { at: utcMs(last.at), outcome: last.outcome, detail: last.detail };
}

function words(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 360) / 10} hours`;
}
