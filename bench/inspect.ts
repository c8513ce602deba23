/** What an inspection says of recordings in which no camera is at fault, and what it costs: CPU time of each picture. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import type { Frame } from '../src/core/frame.ts';
import { cameraId } from '../src/core/units.ts';
import { openSource } from '../src/ingest/open-source.ts';
import { sourceOptions } from '../src/ingest/options.ts';
import { Inspector } from '../src/inspect/inspector.ts';
import { printTable } from './support.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { 'frames-per-second': { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
if (positionals.length === 0) throw new Error('Expected video files or folders of pictures (taken at 10 a second)');
const framesPerSecond = Number(values['frames-per-second']);
const rows = [];
for (const path of positionals) rows.push(await inspected(path));
if (values.json) console.log(JSON.stringify({ framesPerSecond, rows }));
else printTable(rows);

async function inspected(path: string) {
	const frames = await read(path);
	// A daemon's code has long been compiled.
	inspect(frames);
	const before = process.cpuUsage();
	const { faults, disturbances, distrusted } = inspect(frames);
	const { user, system } = process.cpuUsage(before);
	const { width, height } = frames[0]!;
	return {
		recording: basename(path),
		size: `${width}x${height}`,
		pictures: frames.length,
		faults: faults.join(' ') || 'none',
		disturbances,
		'not trusted': `${((100 * distrusted) / frames.length).toFixed(1)} %`,
		'CPU ms a picture': (user + system) / 1000 / frames.length,
	};
}

function inspect(frames: readonly Frame[]) {
	const inspector = new Inspector({ framesPerSecond, ignore: [], acceptMinutes: 10, hidden: [] });
	const faults: string[] = [];
	let [disturbances, distrusted] = [0, 0];
	for (const frame of frames) {
		const { distrust, disturbance, changes } = inspector.inspect(frame);
		for (const { change, kind } of changes) if (change === 'started') faults.push(kind);
		if (disturbance !== null) disturbances++;
		if (distrust !== null) distrusted++;
	}
	return { faults, disturbances, distrusted };
}

async function read(path: string): Promise<readonly Frame[]> {
	const options = statSync(path).isDirectory()
		? { kind: 'images', path, framesPerSecond: 10, pace: 'fast' }
		: { kind: 'file', path, pace: 'fast' };
	await using source = openSource(
		{ camera: cameraId('bench'), source: sourceOptions.parse(options), framesPerSecond, size: 'auto' },
		{ clock: systemClock, observe: () => {} },
	);
	const frames: Frame[] = [];
	for await (const frame of source.frames(new AbortController().signal)) frames.push(frame);
	return frames;
}
