import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isForeframeError } from '../../src/core/errors.ts';
import { type SelfSigned, selfSigned } from '../support/certificate.ts';
import { startGStreamerCamera } from '../support/gstreamer-rtsp.ts';
import { missing } from '../support/peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type WatchedSource, watchSource } from '../support/watched-source.ts';

describe('A camera over RTSP in TLS', {
	skip: missing('gstreamer-rtsp', 'gstreamer-tls', 'ffmpeg'),
	concurrency: 2,
}, () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	let own: SelfSigned;

	before(async () => {
		folder = await temporaryFolder();
		own = selfSigned(folder.path, 'camera');
	});
	after(async () => {
		await folder[Symbol.asyncDispose]();
	});

	test('is read by both engines with a password and whatever certificate it has', async () => {
		await using camera = await startGStreamerCamera({ certificate: own.pem, user: 'viewer', password: 'right' });
		assert.match(camera.url, /^rtsps:/);
		const url = camera.url.replace('rtsps://', 'rtsps://viewer:right@');
		for (const engine of ['node-av', 'ffmpeg'] as const) {
			await using source = watchSource({ kind: 'rtsp', url, engine });
			await source.until('frames', () => source.frames.length >= 5);
			assert.equal(source.told('camera-connected')[0]?.transport, 'tcp');
			assert.ok(source.frames.every(({ run, damage }) => run === 1 && damage === null));
			assert.equal(Math.max(...source.frames[0]!.luma), 255);
		}
	});

	test('is read when its certificate is the one of the file, and not when it is another', async () => {
		await using camera = await startGStreamerCamera({ certificate: own.pem });
		const other = selfSigned(folder.path, 'other');
		const options = { kind: 'rtsp', url: camera.url };
		await using right = watchSource({ ...options, caFile: own.path });
		await right.until('frames', () => right.frames.length >= 3);
		await using wrong = watchSource({ ...options, caFile: other.path });
		assert.match(await whyLost(wrong, 'tls'), /cannot agree on encryption.*certificate verify failed/);
		await using absent = watchSource({ ...options, caFile: `${own.path}.absent` });
		await whyLost(absent, 'tls');
		assert.deepEqual([wrong.frames.length, absent.frames.length], [0, 0]);
	});

	test('says so in one line when the other side does not speak TLS', async () => {
		await using plain = await startGStreamerCamera();
		const url = plain.url.replace('rtsp://', 'rtsps://');
		for (const engine of ['node-av', 'ffmpeg'] as const) {
			await using source = watchSource({ kind: 'rtsp', url, engine });
			assert.match(await whyLost(source, 'tls'), /^127\.0\.0\.1:\d+ and this machine cannot agree on encryption/);
		}
	});

	test('is not read where the certificate could not be checked as asked for', () => {
		const url = 'rtsps://127.0.0.1:9/x';
		for (const options of [
			{ url, caFile: own.path, engine: 'ffmpeg' },
			{ url, transport: 'udp' },
			{ url: url.replace('rtsps', 'rtsp'), caFile: own.path },
		]) {
			assert.throws(
				() => watchSource({ kind: 'rtsp', ...options }),
				(error) => isForeframeError(error, 'CONFIG_INVALID'),
			);
		}
	});
});

async function whyLost(source: WatchedSource, reason: string): Promise<string> {
	await source.until('the failure', () => source.told('camera-lost').length > 0);
	const [lost] = source.told('camera-lost');
	assert.equal(lost?.reason, reason, lost?.detail ?? '');
	assert.ok(!lost?.detail.includes('\n'), lost?.detail);
	return lost?.detail ?? '';
}
