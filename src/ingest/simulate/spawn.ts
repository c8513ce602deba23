import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ForeframeError } from '../../core/errors.ts';
import type { CameraEvent, SimulatedCamera, SimulatedCameraOptions } from './camera.ts';
import type { Misbehaviour } from './misbehaviour.ts';

/** What the parent sends; the password travels here and never in argv. */
export type ToCameraProcess =
	| { readonly kind: 'open'; readonly options: SimulatedCameraOptions }
	| { readonly kind: 'misbehave'; readonly what: Misbehaviour; readonly forSeconds: number | null }
	| { readonly kind: 'close' };

export type FromCameraProcess =
	| { readonly kind: 'opened'; readonly url: string; readonly port: number }
	| { readonly kind: 'refused'; readonly error: string }
	| { readonly kind: 'event'; readonly event: CameraEvent; readonly clients: number }
	| { readonly kind: 'done'; readonly error: string | null };

export interface SpawnedCamera extends SimulatedCamera {
	readonly pid: number;
	/** Settles when the process is gone, for whatever reason. */
	readonly ended: Promise<void>;
}

/** How long it may take to say goodbye to its clients. */
const GOODBYE_MS = 2000;

/**
 * A simulated camera in a process of its own, so that drawing and coding block nobody; it ends with this process.
 * @throws {ForeframeError} SOURCE_FAILED when it cannot be opened.
 */
export async function spawnSimulatedCamera(
	options: SimulatedCameraOptions,
	{ observe = () => {} }: { readonly observe?: (event: CameraEvent) => void } = {},
): Promise<SpawnedCamera> {
	const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
		execArgv: [],
		env: bareEnvironment(),
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	});
	const ended = once(child, 'exit').then(() => {});
	const opened = Promise.withResolvers<{ readonly url: string; readonly port: number }>();
	const waiting: PromiseWithResolvers<void>[] = [];
	let clients = 0;
	child.on('message', (raw) => {
		const message = raw as FromCameraProcess;
		switch (message.kind) {
			case 'opened':
				opened.resolve(message);
				return;
			case 'refused':
				opened.reject(new ForeframeError('SOURCE_FAILED', `Cannot open a simulated camera: ${message.error}`));
				return;
			case 'event':
				clients = message.event.kind === 'clients' ? message.event.playing : message.clients;
				observe(message.event);
				return;
			case 'done':
				if (message.error === null) waiting.shift()?.resolve();
				else waiting.shift()?.reject(new ForeframeError('USAGE', message.error));
				return;
			default:
				message satisfies never;
		}
	});
	void ended.then(() => {
		opened.reject(new ForeframeError('SOURCE_FAILED', 'The process of a simulated camera ended before it was open'));
		clients = 0;
		for (const { resolve } of waiting.splice(0)) resolve();
	});
	// A message to a process that has just ended; `ended` tells.
	child.on('error', () => {});
	const tell = (message: ToCameraProcess) => {
		if (child.connected) child.send(message);
	};
	const close = async () => {
		tell({ kind: 'close' });
		const timer = setTimeout(() => child.kill('SIGKILL'), GOODBYE_MS);
		await ended;
		clearTimeout(timer);
	};
	tell({ kind: 'open', options });
	try {
		const { url, port } = await opened.promise;
		return {
			url,
			port,
			pid: child.pid!,
			ended,
			get clients() {
				return clients;
			},
			misbehave: (what, forSeconds) => {
				if (!child.connected) return ended;
				const done = Promise.withResolvers<void>();
				waiting.push(done);
				tell({ kind: 'misbehave', what, forSeconds: forSeconds ?? null });
				return done.promise;
			},
			[Symbol.asyncDispose]: close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Nothing of this process's environment that could hold a secret. */
function bareEnvironment(): NodeJS.ProcessEnv {
	const { PATH, LD_LIBRARY_PATH, TMPDIR } = process.env;
	return { PATH, LD_LIBRARY_PATH, TMPDIR, LC_ALL: 'C' };
}
