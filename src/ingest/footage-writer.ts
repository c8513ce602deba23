import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Frame, Window } from '../core/frame.ts';
import type { UtcMs } from '../core/units.ts';
import { encodeChunk } from './footage-chunk.ts';
import { type FootageFile, footageName, listFootage } from './footage-folder.ts';
import { isWorthIt, overdue } from './footage-thinning.ts';

export interface FootageOptions {
	/** The camera's own; made when it is not there. */
	readonly folder: string;
	/** All files together. */
	readonly bytesMax: number;
	readonly keepMs: number;
	/** Writes a file whole or not at all, whatever happens in between. */
	readonly replaceFile: (path: string, content: Uint8Array) => Promise<void>;
	/** Told when a chunk cannot be written or removed; the next one is tried all the same. */
	readonly failed: (reason: ForeframeError) => void;
}

/** Seconds of footage in a chunk that nothing cut short, and the fewest that are worth a file. */
const CHUNK_SECONDS = 15;
const CHUNK_SECONDS_MIN = 2;
/** One chunk is written at a time; with so many waiting for a slow disk, further ones are left out. */
const WAITING_MAX = 4;

/**
 * A camera's normal footage on disk, within a bound: what stays is spread over all of the time that was collected. Survives
 * any death of the process but for the chunk it was at.
 */
export class FootageWriter implements AsyncDisposable {
	readonly #options: FootageOptions;
	/** Oldest first. */
	readonly #files: FootageFile[];
	#open: Frame[] = [];
	/** The newest frame that was decided about. */
	#seen: Pick<Frame, 'run' | 'index'> | null = null;
	#framesPerSecond = 0;
	#writing: Promise<void> = Promise.resolve();
	#waiting = 0;

	/** @throws ForeframeError STORE_FAILED, SOURCE_FAILED */
	static async open(options: FootageOptions): Promise<FootageWriter> {
		const { folder } = options;
		try {
			await mkdir(folder, { recursive: true, mode: 0o700 });
		} catch (error) {
			throw storeFailed(`make the folder ${folder}`, error);
		}
		const writer = new FootageWriter(options, await listFootage(folder));
		await writer.#thin();
		return writer;
	}

	private constructor(options: FootageOptions, files: FootageFile[]) {
		this.#options = options;
		this.#files = files;
	}

	get folder(): string {
		return this.#options.folder;
	}

	/** Of all files. */
	get bytes(): number {
		return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** Whether what comes from now on takes the place of something. */
	get full(): boolean {
		return this.#files.length > 0 && this.bytes * (1 + 1 / this.#files.length) > this.#options.bytesMax;
	}

	/** Of all the footage that was taken since `since`. */
	seconds(since: UtcMs): number {
		return this.#files.reduce((sum, { from, to }) => (from < since ? sum : sum + (to - from) / 1000), 0);
	}

	/** A normal window. One that does not go on from the one before begins a new chunk. */
	add({ frames, target, framesPerSecond }: Window): void {
		const last = this.#open.at(-1);
		const goesOn =
			last !== undefined &&
			last.run === target.run &&
			last.width === target.width &&
			last.height === target.height &&
			frames[0].index <= last.index + 1;
		if (last !== undefined && !goesOn) this.#close();
		this.#framesPerSecond = framesPerSecond;
		if (this.#open.length > 0 || isWorthIt(this.#files, target.capturedAt, this.#options.bytesMax)) {
			this.#open.push(...frames.filter((frame) => this.#isNew(frame)));
		}
		this.#seen = target;
		if (this.#open.length >= CHUNK_SECONDS * framesPerSecond) this.#close();
	}

	/** A window that is not normal: what led to it, the open chunk, is left out too. */
	leaveOut({ target }: Window): void {
		this.#open = [];
		this.#seen = target;
	}

	/** Forgets everything that was collected. */
	async clear(): Promise<void> {
		this.#open = [];
		await this.#writing;
		for (const file of [...this.#files]) await this.#remove(file);
	}

	/** Writes what is open. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#close();
		await this.#writing;
	}

	#isNew({ run, index }: Frame): boolean {
		return this.#seen === null || run !== this.#seen.run || index > this.#seen.index;
	}

	#close(): void {
		const frames = this.#open;
		this.#open = [];
		// No rate is known before the first window.
		const tooShort = frames.length === 0 || frames.length < CHUNK_SECONDS_MIN * this.#framesPerSecond;
		if (tooShort || this.#waiting >= WAITING_MAX) return;
		this.#waiting++;
		const framesPerSecond = this.#framesPerSecond;
		this.#writing = this.#writing
			.then(() => this.#write(frames, framesPerSecond))
			.catch((error: unknown) => this.#options.failed(storeFailed(`keep footage in ${this.folder}`, error)))
			.finally(() => {
				this.#waiting--;
			});
	}

	async #write(frames: readonly Frame[], framesPerSecond: number): Promise<void> {
		const [first, last] = [frames[0]!, frames.at(-1)!];
		const { run, index, width, height } = first;
		const [from, to] = [first.capturedAt, last.capturedAt];
		const pictures = frames.map(({ luma }) => luma);
		const bytes = await encodeChunk({
			run,
			index,
			framesPerSecond,
			size: { width, height },
			from,
			to,
			frames: pictures,
		});
		const name = footageName(from, to);
		await this.#options.replaceFile(join(this.folder, name), bytes);
		this.#files.push({ name, from, to, bytes: bytes.length });
		// The machine's clock may have been put right.
		this.#files.sort((a, b) => a.from - b.from);
		await this.#thin();
	}

	async #thin(): Promise<void> {
		const { bytesMax, keepMs } = this.#options;
		for (const file of overdue(this.#files, bytesMax, keepMs)) await this.#remove(file);
	}

	async #remove(file: FootageFile): Promise<void> {
		try {
			await rm(join(this.folder, file.name), { force: true });
			this.#files.splice(this.#files.indexOf(file), 1);
		} catch (error) {
			this.#options.failed(storeFailed(`remove ${file.name} from ${this.folder}`, error));
		}
	}
}

function storeFailed(what: string, error: unknown): ForeframeError {
	return new ForeframeError('STORE_FAILED', `Cannot ${what}: ${describeError(error)}`, { cause: error });
}
