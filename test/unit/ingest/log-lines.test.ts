import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostPackets } from '../../../src/ingest/log-lines.ts';

test('Lost packets are counted from what libavformat logs', () => {
	assert.equal(lostPackets('[rtsp @ 0x5581] RTP: missed 17 packets'), 17);
	assert.equal(lostPackets('RTP: missed -3 packets'), 1);
	assert.equal(lostPackets('RTP: PT=60: bad cseq 0a05 expected=0a01'), 4);
	assert.equal(lostPackets('RTP: PT=60: bad cseq 0002 expected=fffe'), 4);
	assert.equal(lostPackets('RTP: PT=60: bad cseq 0a00 expected=0a01'), 1);
	assert.equal(lostPackets('max delay reached. need to consume packet'), 0);
	assert.equal(lostPackets('Stream #0:0: Video: h264'), 0);
});
