import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTransport, type TransportChoice } from '../../../../../src/ingest/simulate/rtsp/transport.ts';

for (const [header, expected] of [
	['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'interleaved', rtpChannel: 2 }],
	['RTP/AVP/TCP;interleaved=4', { kind: 'interleaved', rtpChannel: 4 }],
	['RTP/AVP/TCP;unicast', { kind: 'interleaved', rtpChannel: null }],
	['RTP/AVP/TCP;unicast;interleaved=255-256', null],
	['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }],
	['RTP/AVP/UDP;unicast;client_port=5000', { kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }],
	['rtp/avp; unicast ; CLIENT_PORT=7-9 ; mode="PLAY"', { kind: 'udp', rtpPort: 7, rtcpPort: 9 }],
	['RTP/AVP;multicast;client_port=5000-5001', null],
	['RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1', { kind: 'interleaved', rtpChannel: 0 }],
	['RTP/AVP;unicast;client_port=0-1', null],
	['RTP/AVP;unicast;client_port=65535', null],
	['RTP/AVP;unicast', null],
	['RTP/AVP;unicast;client_port=5000-5001;mode=record', null],
	['RTP/SAVP;unicast;client_port=5000-5001', null],
	['', null],
] as const satisfies readonly (readonly [string, TransportChoice | null])[]) {
	test(`the transport "${header}" is ${expected === null ? 'refused' : `taken as ${expected.kind}`}`, () => {
		assert.deepEqual(chooseTransport(header), expected);
	});
}
