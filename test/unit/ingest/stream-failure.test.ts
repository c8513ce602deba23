import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamFailure } from '../../../src/core/camera-state.ts';
import { classifyFailure, stalledError, streamError } from '../../../src/ingest/stream-failure.ts';

/** As FFmpeg 5.1 (the program) and 8 (the library) said them. */
const SAID: readonly (readonly [string, StreamFailure])[] = [
	['Connection to tcp://127.0.0.1:9?timeout=0 failed: Connection refused\nCannot open: Connection refused', 'refused'],
	['method DESCRIBE failed: 401 Unauthorized\nServer returned 401 Unauthorized (authorization failed)', 'unauthorised'],
	['method DESCRIBE failed: 403 Forbidden\nServer returned 403 Forbidden (access denied)', 'unauthorised'],
	['method DESCRIBE failed: 404 Not Found\nServer returned 404 Not Found', 'not-found'],
	['method DESCRIBE failed: 404 Stream Not Found\nServer returned 404 Not Found', 'not-found'],
	['method SETUP failed: 453 Not Enough Bandwidth\nServer returned 4XX Client Error', 'refused'],
	['method DESCRIBE failed: 503 Service Unavailable\nServer returned 5XX Server Error reply', 'refused'],
	['Server returned 4XX Client Error, but not one of 40{0,1,3,4}', 'refused'],
	['method SETUP failed: 461 Unsupported transport\nProtocol not supported', 'codec'],
	['Connection to tcp://10.255.255.1:554 failed: Connection timed out', 'timed-out'],
	['Cannot open: Immediate exit requested', 'timed-out'],
	['Connection to tcp://10.0.0.9:554 failed: No route to host', 'unreachable'],
	['Failed to resolve hostname nowhere.invalid: Name or service not known\nInput/output error', 'unreachable'],
	['Failed to resolve hostname cam: Temporary failure in name resolution', 'unreachable'],
	['error:0A000086:SSL routines::certificate verify failed\nCannot open: Input/output error', 'tls'],
	['An unexpected TLS packet was received.\npipe:0: Input/output error', 'tls'],
	['Connection to tls://127.0.0.1:9?timeout=0 failed: Connection refused', 'refused'],
	['Cannot read: End of file', 'ended'],
	['Cannot read: Connection reset by peer', 'ended'],
	['Cannot open: Invalid data found when processing input', 'codec'],
	['No decoder for codec 123', 'codec'],
	['There is no video in the stream', 'codec'],
	['Cannot open: Input/output error', 'unreachable'],
	['something nobody has heard of', 'unknown'],
	// A bit rate is not a status.
	['Stream #0:0: Video: h264, 401 kb/s', 'unknown'],
];

test('What FFmpeg says is understood', () => {
	for (const [said, reason] of SAID) assert.equal(classifyFailure(said), reason, said);
});

test('A failure is one sentence that names the place and quotes the telling line without addresses of memory', () => {
	const error = streamError(
		'10.0.0.5:554',
		'[rtsp @ 0x55f61787] method DESCRIBE failed: 404 Not Found\nServer returned',
	);
	assert.equal(error.reason, 'not-found');
	assert.equal(
		error.message,
		'10.0.0.5:554 has no such stream; check the path of the address (method DESCRIBE failed: 404 Not Found)',
	);
	assert.equal(stalledError('cam', 8).message, 'cam has sent no frame for 8 s');
});

test('An encrypted stream that breaks off before anybody spoke RTSP failed at its encryption', () => {
	const reasonOf = (said: string, handshake: boolean) => streamError('cam', said, { handshake }).reason;
	assert.equal(reasonOf('Cannot open: Connection reset by peer', true), 'tls');
	assert.equal(reasonOf('Cannot open: Connection reset by peer', false), 'ended');
	assert.equal(reasonOf('Cannot open: Connection refused', true), 'refused');
	assert.equal(reasonOf('Cannot open: Connection timed out', true), 'timed-out');
	assert.equal(reasonOf('method SETUP failed: 461 Unsupported transport\nInvalid data found', true), 'codec');
});
