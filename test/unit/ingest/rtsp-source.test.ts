import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortError } from '../../../src/core/clock.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import type { Frame } from '../../../src/core/frame.ts';
import { cameraId } from '../../../src/core/units.ts';
import type { Engine, Picture, StreamEvent } from '../../../src/ingest/engine.ts';
import { hrtimeMs } from '../../../src/ingest/frame-maker.ts';
import type { RtspOptions } from '../../../src/ingest/options.ts';
import { rtspSource } from '../../../src/ingest/rtsp-source.ts';
import { StreamError } from '../../../src/ingest/stream-failure.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const CAMERA = cameraId('front');
const OPTIONS: RtspOptions = {
	kind: 'rtsp',
	url: 'rtsp://admin:s3cret!@cam/x',
	transport: 'tcp',
	engine: 'node-av',
	timeoutSeconds: 8,
};
const OPENED: StreamEvent = { kind: 'opened', codec: 'h264', width: 640, height: 360, transport: 'tcp' };

function picture(ptsSeconds: number, more: Partial<Picture> = {}): Picture {
	return {
		kind: 'picture',
		width: 2,
		height: 1,
		ptsSeconds,
		arrivedMs: hrtimeMs(),
		damage: null,
		startsRun: null,
		slots: 1,
		luma: new Uint8Array(2),
		...more,
	};
}

/** Watches a camera whose connections follow a script, one entry each. */
async function watch(
	connections: readonly ((clock: ManualClock, signal: AbortSignal) => AsyncGenerator<StreamEvent>)[],
) {
	const clock = manualClock();
	const events: DaemonEvent[] = [];
	const frames: Frame[] = [];
	let started = 0;
	let open = 0;
	let mostOpen = 0;
	const engine: Engine = async function* (_request, signal) {
		const connection = connections[started];
		started += 1;
		open += 1;
		mostOpen = Math.max(mostOpen, open);
		try {
			if (connection === undefined) yield* silent(signal);
			else yield* connection(clock, signal);
		} finally {
			open -= 1;
		}
	};
	const request = { camera: CAMERA, source: OPTIONS, framesPerSecond: 5, size: 'auto' } as const;
	const source = rtspSource(request, OPTIONS, engine, { clock, observe: (event) => events.push(event) }, () => 0.5);
	const leaving = new AbortController();
	const reading = (async () => {
		for await (const frame of source.frames(leaving.signal)) frames.push(frame);
	})().catch((error: unknown) => error);
	await clock.advance(0);
	return {
		clock,
		events,
		frames,
		kinds: (...kinds: DaemonEvent['kind'][]) => events.filter(({ kind }) => kinds.includes(kind)),
		started: () => started,
		mostOpen: () => mostOpen,
		stop: async () => {
			leaving.abort();
			const error = await reading;
			assert.ok(error instanceof Error && error.name === 'AbortError', String(error));
			assert.equal(open, 0);
		},
	};
}

/** Sends nothing until it is given up. */
async function* silent(signal: AbortSignal): AsyncGenerator<StreamEvent> {
	await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
	throw abortError(signal);
}

async function* failing(error: StreamError): AsyncGenerator<StreamEvent> {
	yield* [];
	throw error;
}

test('A camera that is refused is tried again after 1, 2, 4 … at most 60 seconds, for ever', async () => {
	const refused = Array.from({ length: 40 }, () => () => failing(new StreamError('refused', 'cam refuses')));
	const seen = await watch(refused);
	let expected = 1;
	for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]) {
		assert.equal(seen.started(), expected);
		await seen.clock.advance(seconds * 1000 - 1);
		assert.equal(seen.started(), expected, `tried again before ${seconds} s were over`);
		await seen.clock.advance(1);
		expected += 1;
	}
	await seen.stop();
	assert.equal(seen.mostOpen(), 1);
});

test('A camera that stops sending is given up after its time, and the next connection starts the next run', async () => {
	const seen = await watch([
		async function* (_clock, signal) {
			yield OPENED;
			yield picture(10, { startsRun: 'connected' });
			yield picture(10.2);
			yield* silent(signal);
		},
		async function* (_clock, signal) {
			yield OPENED;
			yield picture(7, { startsRun: 'connected' });
			yield* silent(signal);
		},
	]);
	await seen.clock.advance(7999);
	assert.equal(seen.kinds('camera-lost').length, 0);
	await seen.clock.advance(1);
	const [lost] = seen.kinds('camera-lost');
	assert.deepEqual(lost, {
		kind: 'camera-lost',
		camera: CAMERA,
		reason: 'stalled',
		detail: 'cam has sent no frame for 8 s',
		retryInMs: 1000,
	});
	await seen.clock.advance(1000);
	await seen.stop();
	assert.deepEqual(
		seen.frames.map(({ run, index }) => [run, index]),
		[
			[1, 0],
			[1, 1],
			[2, 0],
		],
	);
	const connected = seen.kinds('camera-connected');
	assert.equal(connected.length, 2);
	assert.ok(connected[1]?.kind === 'camera-connected' && connected[1].downMs === 1000);
});

test('After a minute of good pictures waiting begins small again; after a short connection it does not', async () => {
	const good = (seconds: number) =>
		async function* (clock: ManualClock): AsyncGenerator<StreamEvent> {
			yield OPENED;
			const leaving = new AbortController();
			for (let n = 0; n < seconds; n++) {
				yield picture(n, { startsRun: n === 0 ? 'connected' : null });
				await clock.sleep(1000, leaving.signal);
			}
			throw new StreamError('ended', 'cam ended');
		};
	const refused = () => failing(new StreamError('refused', 'no'));
	const seen = await watch([refused, refused, good(61), good(5)]);
	await seen.clock.advance(1000 + 2000 + 61_000);
	const waits = () => seen.kinds('camera-lost').map((event) => event.kind === 'camera-lost' && event.retryInMs);
	assert.deepEqual(waits(), [1000, 2000, 1000]);
	await seen.clock.advance(1000 + 5000);
	assert.deepEqual(waits(), [1000, 2000, 1000, 2000]);
	await seen.stop();
});

test('A consumer that does not come gets the newest pictures in a new run, and what it missed is counted', async () => {
	const clock = manualClock();
	const events: DaemonEvent[] = [];
	const engine: Engine = async function* (_request, signal) {
		yield OPENED;
		for (let n = 0; n < 40; n++) yield picture(n / 5, { startsRun: n === 0 ? 'connected' : null });
		yield* silent(signal);
	};
	const request = { camera: CAMERA, source: OPTIONS, framesPerSecond: 5, size: 'auto' } as const;
	const source = rtspSource(request, OPTIONS, engine, { clock, observe: (event) => events.push(event) });
	const leaving = new AbortController();
	const frames: Frame[] = [];
	for await (const frame of source.frames(leaving.signal)) {
		if (frames.length === 0) await clock.advance(0);
		frames.push(frame);
		if (frame.run > 1 && frame.index === 8) break;
	}
	const dropped = events.reduce((sum, event) => sum + (event.kind === 'frame-dropped' ? event.count : 0), 0);
	assert.ok(dropped >= 15, `${dropped} dropped`);
	assert.equal(frames.length + dropped, 40);
	const indices = frames.filter(({ run }) => run > 1).map(({ index }) => index);
	assert.deepEqual(indices, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('Nothing that is told of a failure holds the password', async () => {
	const seen = await watch([
		() => failing(new StreamError('unknown', 'rtsp://admin:s3cret!@cam/x and s3cret%21 and s3cret!')),
	]);
	await seen.stop();
	const text = JSON.stringify(seen.events);
	assert.ok(seen.kinds('camera-lost').length === 1);
	assert.ok(!text.includes('s3cret'), text);
});

test('A camera that sends fewer frames than are due is told of once', async () => {
	const seen = await watch([
		async function* (_clock, signal) {
			yield OPENED;
			for (let n = 0; n < 200; n++)
				yield picture(n / 4, { startsRun: n === 0 ? 'connected' : null, slots: 1 + (n % 2) });
			yield* silent(signal);
		},
	]);
	await seen.stop();
	const warnings = seen.kinds('warning');
	assert.equal(warnings.length, 1);
	assert.match(JSON.stringify(warnings[0]), /about 3\.3 frames a second, fewer than the 5/);
});

test('A child that died is told as such', async () => {
	const seen = await watch([() => failing(new StreamError('crashed', 'The process died of signal SIGSEGV'))]);
	await seen.stop();
	assert.deepEqual(seen.kinds('child-exited'), [
		{ kind: 'child-exited', camera: CAMERA, detail: 'The process died of signal SIGSEGV' },
	]);
});

test('A bug of the engine is not taken for a bad camera', async () => {
	const clock = manualClock();
	const engine: Engine = async function* () {
		yield OPENED;
		throw new TypeError('a bug');
	};
	const request = { camera: CAMERA, source: OPTIONS, framesPerSecond: 5, size: 'auto' } as const;
	const source = rtspSource(request, OPTIONS, engine, { clock, observe: () => {} });
	await assert.rejects(async () => {
		for await (const _frame of source.frames(new AbortController().signal));
	}, TypeError);
});
