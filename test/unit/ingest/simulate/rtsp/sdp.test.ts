import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeSdp } from '../../../../../src/ingest/simulate/rtsp/sdp.ts';

const stream = {
	sps: [Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0x01)],
	pps: [Uint8Array.of(0x68, 0xce)],
	width: 640,
	height: 360,
	framesPerSecond: 12.5,
};

test('a description tells format, profile, parameter sets and where the stream is', () => {
	assert.deepEqual(writeSdp('192.0.2.1', '77', stream).split('\r\n'), [
		'v=0',
		'o=- 77 1 IN IP4 192.0.2.1',
		's=Foreframe simulated camera',
		'c=IN IP4 0.0.0.0',
		't=0 0',
		'a=control:*',
		'm=video 0 RTP/AVP 96',
		'a=rtpmap:96 H264/90000',
		'a=fmtp:96 packetization-mode=1; profile-level-id=42C01E; sprop-parameter-sets=Z0LAHgE=,aM4=',
		'a=framerate:12.5',
		'a=x-dimensions:640,360',
		'a=control:stream=0',
		'',
	]);
});

test('a presentation without video has no media line, and IPv6 is called by its name', () => {
	const text = writeSdp('::1', '1', null);
	assert.doesNotMatch(text, /m=video/);
	assert.match(text, /c=IN IP6 ::\r\n/);
});
