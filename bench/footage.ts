/** What collected footage takes: bytes and milliseconds a second of recordings, packed in chunks of 15 s. */
import { parseArgs } from 'node:util';
import { utcMs } from '../src/core/units.ts';
import { encodeChunk } from '../src/ingest/footage-chunk.ts';
import { joinParts, videoParts } from '../src/learn/video-clips.ts';
import { median, printTable } from './support.ts';

const CHUNK_SECONDS = 15;

const { values } = parseArgs({
	options: {
		video: { type: 'string', multiple: true, default: [] },
		'frames-per-second': { type: 'string', default: '5' },
		json: { type: 'boolean', default: false },
	},
});
if (values.video.length === 0) throw new Error('Expected --video FILE, once or more');
const framesPerSecond = Number(values['frames-per-second']);
const rows = [];
for (const video of values.video) rows.push(await packed(video));
if (values.json) console.log(JSON.stringify({ framesPerSecond, rows }));
else printTable(rows);

async function packed(video: string) {
	const parts = await Array.fromAsync(
		videoParts(video, { framesPerSecond, size: 'auto' }, new AbortController().signal, () => {}),
	);
	const [kilobytes, times, shares]: [number[], number[], number[]] = [[], [], []];
	const clips = joinParts(parts, framesPerSecond);
	for (const { frames, size } of clips) {
		const step = CHUNK_SECONDS * framesPerSecond;
		for (let index = 0; index + step <= frames.length; index += step) {
			const chunk = frames.slice(index, index + step);
			const [from, to] = [utcMs(0), utcMs(((step - 1) * 1000) / framesPerSecond)];
			const before = process.cpuUsage();
			const bytes = await encodeChunk({ run: 1, index, framesPerSecond, size, from, to, frames: chunk });
			const { user, system } = process.cpuUsage(before);
			kilobytes.push(bytes.length / 1000 / CHUNK_SECONDS);
			times.push((user + system) / 1000 / CHUNK_SECONDS);
			shares.push((step * size.width * size.height) / bytes.length);
		}
	}
	return {
		video,
		chunks: kilobytes.length,
		'kB a second': median(kilobytes),
		'times less than raw': median(shares),
		'core ms a second': median(times),
	};
}
