import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { isAbort } from '../../src/core/errors.ts';
import { cameraId } from '../../src/core/units.ts';
import type { StreamRequest } from '../../src/ingest/engine.ts';
import { readWithFfmpeg } from '../../src/ingest/ffmpeg/engine.ts';
import { readWithNodeAv } from '../../src/ingest/node-av/engine.ts';
import { missing } from '../support/peers.ts';

const ENGINES = [
	['node-av', readWithNodeAv, false],
	['ffmpeg', readWithFfmpeg, missing('ffmpeg')],
] as const;

for (const [name, engine, skip] of ENGINES) {
	test(`${name}: a stop is heard also while the process is being started`, { skip, timeout: 60_000 }, async () => {
		// It takes connections and never says a word, so that nothing but the stop ends the reading.
		const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
		await once(silent, 'listening');
		const { port } = silent.address() as { port: number };
		const input = { kind: 'rtsp', transport: 'tcp', caFile: null, timeoutSeconds: 30 } as const;
		const request: StreamRequest = {
			camera: cameraId('yard'),
			input: { ...input, address: `rtsp://127.0.0.1:${port}/` },
			framesPerSecond: 5,
			size: 'auto',
		};
		const stop = new AbortController();
		const first = engine(request, stop.signal).next();
		stop.abort();
		const startedAt = performance.now();
		await assert.rejects(first, (error) => isAbort(error));
		assert.ok(performance.now() - startedAt < 10_000);
		silent.close();
	});
}
