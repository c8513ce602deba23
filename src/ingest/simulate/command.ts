import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { aborted } from '../../core/aborted.ts';
import { describeError, ForeframeError } from '../../core/errors.ts';
import { type CameraEvent, openSimulatedCamera, type SimulatedCameraOptions } from './camera.ts';
import { writeSceneDataset } from './dataset.ts';
import { EFFECT_FORMS } from './effects/effect.ts';
import type { SimulatedSource } from './feed/feed.ts';
import { type Misbehaviour, parseMisbehaviours } from './misbehaviour.ts';
import { writeSceneRecording } from './recording.ts';
import { readSchedule, SCHEDULE_FORMS } from './scene/plan-text.ts';

export const SIMULATE_USAGE = `Usage: foreframe simulate [--video FILE] [options]

Serves an RTSP camera, from a video that begins again at its end or from a simulated walkway, until it is interrupted.

Options:
  --video FILE             the video; without it, the simulated walkway
  --scene                  the simulated walkway, as without --video
  --oddities none|demo     what happens on the walkway (default demo: after 30 s, then once a minute),
                           or a list such as left-object@90/60,open-door@200 (kind@begin/duration, in seconds)
  --seed N                 which walkway (default 1)
  --start-seconds N        the walkway's time to begin at (default 0)
  --size WxH               of the walkway's picture (default 640x360)
  --frames-per-second N    of the walkway's picture (default 10)
  --host ADDRESS           where to listen (default 127.0.0.1)
  --port N                 default 8554
  --path PATH              default /stream
  --user NAME              who may watch; with --password-file
  --password-file FILE     holds the password; a bare name is looked for in $CREDENTIALS_DIRECTORY
  --dataset FOLDER         serves nothing: writes the walkway as a labelled data set and ends
  --record FILE            serves nothing: writes the walkway as a video and ends
  --minutes N              of that video (default 5)
  --misbehave LIST         what to do wrong, such as stall@20s/10s,drop:5% (kind[:value][@begin][/duration])
  --help                   this text

Kinds of misbehaviour: stall, drop:N%, close, refuse, freeze, jump:+Ns, reject, not-found, no-video, behave.
Kinds that change the picture: ${EFFECT_FORMS.join(', ')}.
The same may be typed while it runs, a line each time.
`;

export interface SimulateIo {
	readonly stdout: { write(text: string): unknown };
	readonly signal: AbortSignal;
	readonly env?: NodeJS.ProcessEnv;
	/** Lines that are misbehaviours. */
	readonly stdin?: NodeJS.ReadableStream;
}

/**
 * Resolves to the exit code when `signal` aborts.
 * @throws {ForeframeError} USAGE, SECRET_UNREADABLE, LISTEN_FAILED, SOURCE_FAILED
 */
export async function simulateCommand(args: readonly string[], io: SimulateIo): Promise<number> {
	const values = parse(args);
	if (values.help) {
		io.stdout.write(SIMULATE_USAGE);
		return 0;
	}
	const say = (line: string) => void io.stdout.write(`${line}\n`);
	if (values.dataset !== undefined) return writeDataset(values.dataset, sourceOf(values), io);
	if (values.record !== undefined) return writeRecording(values.record, sourceOf(values), values.minutes, io);
	const options = await optionsOf(values, io.env ?? {});
	await using camera = await openSimulatedCamera(options, { observe: (event) => say(lineOf(event)) });
	const access = options.credentials === undefined ? '' : ` for user ${options.credentials.user}`;
	say(`Serving ${camera.url}${access}`);
	using _typed = followTyping(io, (text) => typed(text, camera.misbehave, say));
	await aborted(io.signal);
	return 0;
}

async function writeDataset(folder: string, source: SimulatedSource, io: SimulateIo): Promise<number> {
	if (source.kind !== 'scene') throw usage('--dataset is made of the simulated walkway, not of a --video');
	const { signal } = io;
	const onProgress = (done: number, frames: number) => {
		if (done % 200 === 0 || done === frames) io.stdout.write(`${done} of ${frames} pictures\n`);
	};
	await writeSceneDataset(folder, { ...source, signal, onProgress });
	return 0;
}

async function writeRecording(
	path: string,
	source: SimulatedSource,
	minutesText: string | undefined,
	io: SimulateIo,
): Promise<number> {
	if (source.kind !== 'scene') throw usage('--record is made of the simulated walkway, not of a --video');
	const minutes = Number(minutesText ?? 5);
	if (!(minutes > 0 && minutes <= 24 * 60)) throw usage(`--minutes is ${minutesText}; expected a number up to 1440`);
	const { signal } = io;
	const onProgress = (done: number, frames: number) => {
		if (done % 1000 === 0 || done === frames) io.stdout.write(`${done} of ${frames} pictures\n`);
	};
	await writeSceneRecording(path, { ...source, minutes, signal, onProgress });
	return 0;
}

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				video: { type: 'string' },
				scene: { type: 'boolean' },
				oddities: { type: 'string' },
				record: { type: 'string' },
				minutes: { type: 'string' },
				seed: { type: 'string' },
				'start-seconds': { type: 'string' },
				size: { type: 'string' },
				'frames-per-second': { type: 'string' },
				host: { type: 'string' },
				port: { type: 'string' },
				path: { type: 'string' },
				user: { type: 'string' },
				'password-file': { type: 'string' },
				misbehave: { type: 'string' },
				dataset: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		throw usage(describeError(error));
	}
}

async function optionsOf(values: Values, env: NodeJS.ProcessEnv): Promise<SimulatedCameraOptions> {
	const port = numberOf('--port', values.port, 8554);
	if (!Number.isInteger(port) || port > 65_535) throw usage(`--port wants a port up to 65535, and got ${port}`);
	const path = values.path ?? '/stream';
	if (!/^\/[\w./-]+$/.test(path)) throw usage(`--path wants a path such as /stream, and got ${path}`);
	const passwordFile = values['password-file'];
	if ((values.user === undefined) !== (passwordFile === undefined)) {
		throw usage('--user and --password-file belong together, and one of them is missing');
	}
	return {
		host: values.host ?? '127.0.0.1',
		port,
		path,
		source: sourceOf(values),
		misbehaviours: parseMisbehaviours(values.misbehave ?? ''),
		...(values.user === undefined || passwordFile === undefined
			? {}
			: { credentials: { user: values.user, password: await readPassword(passwordFile, env) } }),
	};
}

function sourceOf(values: Values): SimulatedSource {
	if (values.video !== undefined) {
		if (values.scene) throw usage('--video and --scene exclude each other');
		return { kind: 'video', path: values.video };
	}
	const size = /^(\d{2,4})x(\d{2,4})$/.exec(values.size ?? '640x360');
	if (size === null) throw usage(`--size wants a size such as 640x360, and got ${values.size}`);
	const oddities = readSchedule(values.oddities ?? 'demo');
	if (oddities === null) throw usage(`--oddities wants ${SCHEDULE_FORMS}, and got ${values.oddities}`);
	return {
		kind: 'scene',
		oddities,
		seed: numberOf('--seed', values.seed, 1),
		width: Number(size[1]),
		height: Number(size[2]),
		framesPerSecond: numberOf('--frames-per-second', values['frames-per-second'], 10),
		startSeconds: numberOf('--start-seconds', values['start-seconds'], 0),
	};
}

function numberOf(option: string, text: string | undefined, otherwise: number): number {
	if (text === undefined) return otherwise;
	if (!/^\d+(\.\d+)?$/.test(text)) throw usage(`${option} wants a number, and got ${text}`);
	return Number(text);
}

async function readPassword(file: string, env: NodeJS.ProcessEnv): Promise<string> {
	const folder = env['CREDENTIALS_DIRECTORY'];
	const path = folder !== undefined && !file.includes('/') ? join(folder, file) : file;
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
		throw new ForeframeError('SECRET_UNREADABLE', `Cannot read the file with the password (${code})`);
	}
	const password = text.replace(/\r?\n$/, '');
	if (password === '') throw new ForeframeError('SECRET_UNREADABLE', 'The file with the password is empty');
	return password;
}

function followTyping(io: SimulateIo, onLine: (text: string) => Promise<void>): Disposable {
	if (io.stdin === undefined) return { [Symbol.dispose]: () => {} };
	const lines = createInterface({ input: io.stdin });
	lines.on('line', (text) => void onLine(text));
	return { [Symbol.dispose]: () => lines.close() };
}

async function typed(
	text: string,
	misbehave: (what: Misbehaviour, forSeconds?: number) => Promise<void>,
	say: (line: string) => void,
): Promise<void> {
	try {
		for (const { misbehaviour, afterSeconds, forSeconds } of parseMisbehaviours(text)) {
			if (afterSeconds > 0) say('What is typed begins at once; @ is for --misbehave');
			await misbehave(misbehaviour, forSeconds ?? undefined);
		}
	} catch (error) {
		say(describeError(error));
	}
}

function lineOf(event: CameraEvent): string {
	switch (event.kind) {
		case 'clients':
			return event.playing === 1 ? 'One client is watching' : `${event.playing} clients are watching`;
		case 'congested':
			return 'A client is too slow; it goes on at the next key picture';
		case 'misbehaves':
			return `Now: ${event.what.kind}`;
		case 'mended':
			return `Over: ${event.what}`;
		case 'failed':
			return `Failed: ${describeError(event.error)}`;
		default:
			return event satisfies never;
	}
}

function usage(message: string): ForeframeError {
	return new ForeframeError('USAGE', `Cannot simulate: ${message}`);
}
