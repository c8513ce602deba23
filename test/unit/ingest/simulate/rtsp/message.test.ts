import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Incoming, openMessageReader, writeResponse } from '../../../../../src/ingest/simulate/rtsp/message.ts';

function read(text: string): Incoming[] {
	return openMessageReader().push(Buffer.from(text, 'latin1'));
}

test('a request is read with its headers in lower case and its folded and repeated values', () => {
	const [request, ...more] = read(
		'SETUP rtsp://10.0.0.5/stream/stream=0 RTSP/1.0\r\nCSeq: 7\r\nTransport: RTP/AVP;unicast;\r\n client_port=5000-5001\r\nX-A: 1\r\nx-a: 2\r\n\r\n',
	);
	assert.deepEqual(more, []);
	assert.ok(request?.kind === 'request');
	assert.equal(request.method, 'SETUP');
	assert.equal(request.uri, 'rtsp://10.0.0.5/stream/stream=0');
	assert.equal(request.headers.get('transport'), 'RTP/AVP;unicast; client_port=5000-5001');
	assert.equal(request.headers.get('x-a'), '1, 2');
});

test('what comes byte by byte is read like what comes at once', () => {
	const bytes = Buffer.concat([
		Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
		Buffer.from([0x24, 1, 0, 3, 9, 8, 7]),
		Buffer.from('SET_PARAMETER rtsp://h/stream RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\na: 1'),
	]);
	const reader = openMessageReader();
	const slow = [...bytes].flatMap((byte) => reader.push(Uint8Array.of(byte)));
	assert.deepEqual(slow, openMessageReader().push(bytes));
	assert.deepEqual(
		slow.map(({ kind }) => kind),
		['request', 'interleaved', 'request'],
	);
	assert.ok(slow[1]?.kind === 'interleaved');
	assert.deepEqual([slow[1].channel, [...slow[1].bytes]], [1, [9, 8, 7]]);
	assert.ok(slow[2]?.kind === 'request');
	assert.equal(Buffer.from(slow[2].body).toString(), 'a: 1');
});

for (const [what, text, status, fatal] of [
	['a line that is no request', 'HELLO\r\nCSeq: 3\r\n\r\n', 400, false],
	['HTTP', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', 400, false],
	['another version', 'OPTIONS * RTSP/2.0\r\nCSeq: 3\r\n\r\n', 505, false],
	['no CSeq', 'OPTIONS * RTSP/1.0\r\n\r\n', 400, false],
	['a CSeq that is no number', 'OPTIONS * RTSP/1.0\r\nCSeq: x\r\n\r\n', 400, false],
	['a header without a colon', 'OPTIONS * RTSP/1.0\r\nCSeq 3\r\n\r\n', 400, true],
	['a length that is no number', 'OPTIONS * RTSP/1.0\r\nCSeq: 3\r\nContent-Length: -1\r\n\r\n', 400, true],
	['a body that is too long', 'OPTIONS * RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 99999\r\n\r\n', 413, true],
	['a head without an end', 'A'.repeat(9000), 413, true],
	['too many headers', `OPTIONS * RTSP/1.0\r\n${'a: 1\r\n'.repeat(100)}\r\n`, 400, true],
] as const) {
	test(`${what} is refused with ${status}${fatal ? ' and the connection is lost' : ''}`, () => {
		const [first] = read(text);
		assert.ok(first?.kind === 'malformed');
		assert.deepEqual([first.status, first.fatal], [status, fatal]);
	});
}

test('after a request that is merely wrong the next one is still read', () => {
	const kinds = read('HELLO\r\nCSeq: 3\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 4\r\n\r\n').map(({ kind }) => kind);
	assert.deepEqual(kinds, ['malformed', 'request']);
});

test('no input makes the reader throw', () => {
	let state = 1;
	for (let round = 0; round < 300; round++) {
		const bytes = Uint8Array.from({ length: 200 }, () => {
			state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
			return [36, 13, 10, 32, 58, 65, 0, 255][state >>> 29]!;
		});
		openMessageReader().push(bytes);
	}
});

test('a response carries CSeq, headers in order and the length of its body', () => {
	const text = writeResponse({ status: 401, headers: [['WWW-Authenticate', 'Basic realm="a"']], body: 'é' }, '9');
	assert.equal(
		text.toString('latin1'),
		'RTSP/1.0 401 Unauthorized\r\nCSeq: 9\r\nWWW-Authenticate: Basic realm="a"\r\nContent-Length: 2\r\n\r\n\u00c3\u00a9',
	);
});
