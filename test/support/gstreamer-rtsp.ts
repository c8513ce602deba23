import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./gstreamer-rtsp.py', import.meta.url));

export interface CameraOptions {
	/** A recording with H.264, played in a loop without re-encoding; without one, GStreamer's test picture (a moving ball). */
	readonly file?: string;
	/** The picture carries the time at which it was taken; `stampOf` reads it. */
	readonly stamped?: boolean;
	readonly port?: number;
	readonly pattern?: string;
	readonly width?: number;
	readonly height?: number;
	readonly framesPerSecond?: number;
	/** Frames from key frame to key frame. */
	readonly keyInterval?: number;
	readonly bframes?: number;
	/** H.264 unless told. */
	readonly codec?: 'h264' | 'h265';
	/** Certificate and key as PEM text: then it speaks TLS and nothing else. */
	readonly certificate?: string;
	/** "4/3" and the like. */
	readonly sampleAspect?: string;
	/** Digest authentication. */
	readonly user?: string;
	readonly password?: string;
}

export interface GStreamerCamera extends AsyncDisposable {
	readonly port: number;
	/** Without credentials. */
	readonly url: string;
	readonly pid: number;
	/** How many clients said goodbye with TEARDOWN so far. */
	teardowns(): number;
	/** SIGSTOP: the connections stay open and nothing comes any more. */
	stall(): void;
	resume(): void;
	/** SIGKILL: the connections are reset. */
	kill(): Promise<void>;
}

/** Starts GStreamer's RTSP server on 127.0.0.1, at any free port unless one is given; it serves `/stream`. */
export async function startGStreamerCamera(options: CameraOptions = {}): Promise<GStreamerCamera> {
	const child = spawn('/usr/bin/python3', [SERVER, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
	const exited = once(child, 'exit');
	let complaint = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaint = (complaint + text).slice(-2000);
	});
	let teardowns = 0;
	const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
	child.once('error', reject);
	child.once('exit', () => reject(new Error(`GStreamer's RTSP server did not start: ${complaint}`)));
	createInterface({ input: child.stdout }).on('line', (line) => {
		const told = JSON.parse(line) as { port?: number; teardown?: number };
		if (told.port !== undefined) resolve(told.port);
		if (told.teardown !== undefined) teardowns = told.teardown;
	});
	const port = await listening;
	const kill = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGKILL');
		await exited;
	};
	return {
		port,
		url: `${options.certificate === undefined ? 'rtsp' : 'rtsps'}://127.0.0.1:${port}/stream`,
		pid: child.pid ?? 0,
		teardowns: () => teardowns,
		stall: () => void child.kill('SIGSTOP'),
		resume: () => void child.kill('SIGCONT'),
		kill,
		[Symbol.asyncDispose]: kill,
	};
}

const STAMP_BITS = 24;

/** How many milliseconds ago (on CLOCK_MONOTONIC) the picture of a stamped camera was taken, at the time `nowMs`. */
export function stampedAgeMs(luma: Uint8Array, width: number, nowMs: number): number {
	let stamp = 0;
	// The eighth row lies within the stamp at every size that is used.
	for (let bit = 0; bit < STAMP_BITS; bit++) {
		const x = Math.floor(((bit + 0.5) * width) / STAMP_BITS);
		stamp = stamp * 2 + ((luma[8 * width + x] ?? 0) > 128 ? 1 : 0);
	}
	const age = (nowMs % 2 ** STAMP_BITS) - stamp;
	return age < -(2 ** (STAMP_BITS - 1)) ? age + 2 ** STAMP_BITS : age;
}
