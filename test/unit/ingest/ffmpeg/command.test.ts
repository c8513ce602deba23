import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { detectorSize } from '../../../../src/core/frame-size.ts';
import { cameraId } from '../../../../src/core/units.ts';
import type { StreamRequest } from '../../../../src/ingest/engine.ts';
import {
	detectorSizeExpression,
	ffmpegArguments,
	ffmpegInput,
	ffmpegProgram,
} from '../../../../src/ingest/ffmpeg/command.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CAMERA: StreamRequest = {
	camera: cameraId('front'),
	input: { kind: 'rtsp', address: "rtsp://admin:s3cret'%40@cam/x", transport: 'udp', caFile: null, timeoutSeconds: 8 },
	framesPerSecond: 5,
	size: 'auto',
};

test('No argument holds the address; it goes to standard input', () => {
	const text = ffmpegArguments(CAMERA).join(' ');
	assert.ok(!text.includes('s3cret') && !text.includes('cam/x'), text);
	assert.ok(ffmpegInput(CAMERA).includes("file 'rtsp://admin:s3cret%27%40@cam/x'\noption rtsp_transport udp\n"));
	assert.equal(ffmpegInput({ ...CAMERA, input: { kind: 'file', path: '/a b' } }), '');
});

test("The program is that of ffmpeg-static where it is installed with its binary, else the system's", async () => {
	await using folder = await temporaryFolder();
	const from = join(folder.path, 'src', 'command.ts');
	assert.equal(ffmpegProgram(from), 'ffmpeg');
	// The package as it is: a CommonJS module whose value is the path of a binary that its install script downloads.
	const packaged = join(folder.path, 'node_modules', 'ffmpeg-static');
	mkdirSync(packaged, { recursive: true });
	writeFileSync(join(packaged, 'package.json'), '{"name":"ffmpeg-static","version":"5.3.0","main":"index.js"}');
	writeFileSync(join(packaged, 'index.js'), "module.exports = require('path').join(__dirname, 'ffmpeg');");
	assert.equal(ffmpegProgram(from), 'ffmpeg', 'its install script did not run');
	writeFileSync(join(packaged, 'ffmpeg'), '');
	assert.equal(ffmpegProgram(from), join(packaged, 'ffmpeg'));
});

test('Certificates are left alone where the stream is encrypted, whatever the version does by itself', () => {
	const address = 'rtsps://cam/x';
	const input = { kind: 'rtsp', address, transport: 'tcp', caFile: null, timeoutSeconds: 8 } as const;
	assert.match(ffmpegInput({ ...CAMERA, input }), /^option tls_verify 0$/m);
	assert.doesNotMatch(ffmpegInput(CAMERA), /tls_verify/);
});

test('The expression for the size gives what `detectorSize` gives', () => {
	const size = { width: evaluator('width'), height: evaluator('height') };
	for (let aspect = 0.12; aspect < 9.8; aspect *= 1.0037) {
		assert.deepEqual({ width: size.width(aspect), height: size.height(aspect) }, detectorSize(aspect), `${aspect}`);
	}
	for (const [width, height] of [
		[640, 360],
		[720, 576],
		[768, 576],
		[1920, 1080],
		[352, 288],
		[704, 480],
	] as const) {
		const aspect = width / height;
		assert.deepEqual({ width: size.width(aspect), height: size.height(aspect) }, detectorSize(aspect));
	}
});

/** `if(lt(dar,B),X,Y)` and numbers, as FFmpeg's expressions are. */
function evaluator(side: 'width' | 'height'): (dar: number) => number {
	const text = detectorSizeExpression(side);
	return (dar) => {
		let at = 0;
		const value = (): number => {
			const condition = /^if\(lt\(dar,([\d.]+)\),/.exec(text.slice(at));
			if (condition === null) {
				const [digits = ''] = /^\d+/.exec(text.slice(at)) ?? [];
				at += digits.length;
				return Number(digits);
			}
			at += condition[0].length;
			const below = value();
			assert.equal(text[at++], ',');
			const above = value();
			assert.equal(text[at++], ')');
			return dar < Number(condition[1]) ? below : above;
		};
		const result = value();
		assert.equal(at, text.length);
		return result;
	};
}
