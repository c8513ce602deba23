import { AV_CODEC_ID_H264, AV_PKT_FLAG_KEY, AVMEDIA_TYPE_VIDEO, FormatContext, Packet, Rational } from 'node-av';
import { type EncoderOptions, openH264Encoder } from './feed/encoder.ts';
import { must } from './feed/picture.ts';
import type { SceneSource } from './feed/scene-feed.ts';
import { openScene } from './scene/scene.ts';

export interface RecordingOptions extends SceneSource {
	readonly minutes: number;
	readonly signal?: AbortSignal;
	readonly onProgress?: (done: number, frames: number) => void;
}

const TICKS_PER_SECOND = 90_000;
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/**
 * Writes the scene as a video file (the format follows the name), coded as the camera would send it.
 * @throws {ForeframeError} SOURCE_FAILED
 */
export async function writeSceneRecording(path: string, options: RecordingOptions): Promise<void> {
	const { minutes, startSeconds = 0, bitsPerSecond = 600_000, keyEverySeconds = 2 } = options;
	const scene = openScene(options);
	const { width, height, framesPerSecond } = scene;
	const first = Math.round(startSeconds * framesPerSecond);
	const frames = Math.round(minutes * 60 * framesPerSecond);
	const picture = new Uint8Array(width * height * 1.5);
	async function* pictures() {
		for (let index = 0; index < frames; index++) {
			options.signal?.throwIfAborted();
			scene.render(first + index, picture);
			yield picture;
			options.onProgress?.(index + 1, frames);
		}
	}
	await writeVideo(
		path,
		{ width, height, framesPerSecond, bitsPerSecond, keyEverySeconds, fullRange: true },
		pictures(),
	);
}

/**
 * Writes pictures (I420 without gaps) as an H.264 video file (the format follows the name).
 * @throws {ForeframeError} SOURCE_FAILED
 */
export async function writeVideo(
	path: string,
	options: EncoderOptions,
	pictures: AsyncIterable<Uint8Array>,
): Promise<void> {
	const { width, height, framesPerSecond, keyEverySeconds } = options;
	using encoder = await openH264Encoder(options);
	const { sps, pps } = encoder.parameterSets;

	await using container = new FormatContext();
	must(container.allocOutputContext2(null, null, path), `write ${path}`);
	const stream = container.newStream();
	stream.timeBase = new Rational(1, TICKS_PER_SECOND);
	const { codecpar } = stream;
	codecpar.codecType = AVMEDIA_TYPE_VIDEO;
	codecpar.codecId = AV_CODEC_ID_H264;
	codecpar.width = width;
	codecpar.height = height;
	codecpar.extradata = annexB([...sps, ...pps]);
	must(await container.openOutput(), `write ${path}`);
	must(await container.writeHeader(), `write ${path}`);

	using packet = new Packet();
	packet.alloc();
	const keyEvery = Math.max(1, Math.round(keyEverySeconds * framesPerSecond));
	// The muxer may have chosen another time base.
	const { num, den } = stream.timeBase;
	const ticks = (index: number) => BigInt(Math.round((index * den) / (num * framesPerSecond)));
	let index = 0;
	for await (const picture of pictures) {
		const { nals, key } = await encoder.encode(picture, index, index % keyEvery === 0);
		packet.unref();
		packet.data = annexB(nals);
		packet.streamIndex = 0;
		packet.pts = ticks(index);
		packet.dts = ticks(index);
		packet.duration = ticks(1);
		packet.flags = key ? AV_PKT_FLAG_KEY : packet.flags;
		must(await container.interleavedWriteFrame(packet), `write ${path}`);
		index++;
	}
	must(await container.writeTrailer(), `write ${path}`);
}

function annexB(nals: readonly Uint8Array[]): Buffer {
	return Buffer.concat(nals.flatMap((nal) => [START_CODE, nal]));
}
