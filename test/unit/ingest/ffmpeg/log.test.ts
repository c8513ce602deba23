import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { listen } from '../../../../src/ingest/ffmpeg/listen.ts';
import { readLogLine } from '../../../../src/ingest/ffmpeg/log.ts';

const SHOWN =
	'[Parsed_showinfo_0 @ 0x55b82d3e5000] [info] n:   1 pts:  82800 pts_time:0.92    pos:       -1 fmt:yuv420p sar:4/3 s:640x360 i:P iskey:0 type:P ';
const KEY =
	'[Parsed_showinfo_0 @ 0x55b82d3e5000] [info] n:   0 pts:  79200 pts_time:0.88    duration:1 fmt:yuv420p cl:left sar:0/1 s:640x360 i:P iskey:1 type:I ';

test('A line of the log becomes a fact', () => {
	assert.deepEqual(readLogLine(SHOWN), {
		kind: 'decoded',
		ptsMs: 920,
		keyFrame: false,
		size: { width: 640, height: 360 },
		sampleAspect: 4 / 3,
	});
	const codec =
		'[info]   Stream #0:0: Video: h264 (Constrained Baseline), yuv420p(tv, smpte170m), 640x360 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 90k tbn';
	assert.deepEqual(readLogLine(codec), { kind: 'codec', codec: 'h264', framesPerSecond: 25 });
	assert.deepEqual(readLogLine('[info]   Stream #0:0[0x1]: Video: hevc, none'), {
		kind: 'codec',
		codec: 'hevc',
		framesPerSecond: null,
	});
	assert.deepEqual(readLogLine('[rtsp @ 0x1f] [warning] RTP: missed 4 packets'), { kind: 'lost', count: 4 });
	assert.deepEqual(readLogLine('[h264 @ 0x1f] [info] concealing 440 DC, 440 AC, 440 MV errors in I frame'), {
		kind: 'damage',
		damage: 'concealed',
	});
	assert.deepEqual(readLogLine('[rtsp @ 0x1f] [error] method DESCRIBE failed: 404 Not Found'), {
		kind: 'complaint',
		text: 'method DESCRIBE failed: 404 Not Found',
	});
	assert.equal(readLogLine('[info] Stream mapping:'), null);
});

test('A picture gets what was told before it, and no other does', async () => {
	const pipe = new PassThrough();
	const log = listen(createInterface({ input: pipe }));
	pipe.write(`${KEY}\n[rtsp @ 0x1f] [warning] RTP: missed 4 packets\n${SHOWN}\n`);
	await new Promise((resolve) => setImmediate(resolve));
	const first = log.about(880);
	assert.equal(first.picture?.keyFrame, true);
	assert.equal(first.picture?.damage, null);
	const second = log.about(920.4);
	assert.equal(second.picture?.damage, 'packets-lost');
	// Its line was garbled: the size stays, and nothing is made up.
	const third = log.about(960);
	assert.equal(third.picture?.keyFrame, false);
	assert.equal(third.picture?.damage, null);
	assert.deepEqual(third.picture?.size, { width: 640, height: 360 });
	assert.deepEqual([...first.events, ...second.events], [{ kind: 'packets-lost', count: 4 }]);
});
