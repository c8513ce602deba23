/**
 * What the simulated camera costs: `node bench/simulate.ts [--json]`. Times are CPU time of this process (rendering,
 * coding) and of the camera's own process (serving), so that other work on the machine matters little.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../src/core/clock.ts';
import { openH264Encoder } from '../src/ingest/simulate/feed/encoder.ts';
import { openScene } from '../src/ingest/simulate/scene/scene.ts';
import { spawnSimulatedCamera } from '../src/ingest/simulate/spawn.ts';
import { connectRtsp } from '../test/support/rtsp-client.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES = 300;
const SERVED_SECONDS = 10;

const results = {
	openMs: timeOpening(),
	renderLumaMs: timeRendering(1),
	renderColourMs: timeRendering(1.5),
	labelsMs: timeLabels(),
	...(await timeCoding()),
	...(await timeServing()),
};

if (process.argv.includes('--json')) console.log(JSON.stringify(results));
else for (const [name, value] of Object.entries(results)) console.log(`${name.padEnd(20)} ${value.toFixed(2)}`);

function timeOpening(): number {
	return cpuMs(() => openScene({ width: WIDTH, height: HEIGHT, seed: 2 }));
}

function timeRendering(bytesPerPixel: number): number {
	const scene = openScene({ width: WIDTH, height: HEIGHT, oddities: 'demo' });
	const out = new Uint8Array(WIDTH * HEIGHT * bytesPerPixel);
	for (let index = 0; index < 60; index++) scene.render(index, out);
	return cpuMs(() => repeat((index) => scene.render(300 + index, out))) / FRAMES;
}

function timeLabels(): number {
	const scene = openScene({ width: WIDTH, height: HEIGHT, oddities: 'demo' });
	return cpuMs(() => repeat((index) => scene.labels(300 + index))) / FRAMES;
}

async function timeCoding(): Promise<{ codeMs: number; kilobitsPerSecond: number }> {
	const scene = openScene({ width: WIDTH, height: HEIGHT, oddities: 'demo' });
	const settings = { width: WIDTH, height: HEIGHT, framesPerSecond: 10, bitsPerSecond: 600_000 };
	using encoder = await openH264Encoder({ ...settings, keyEverySeconds: 2, fullRange: true });
	const picture = new Uint8Array(WIDTH * HEIGHT * 1.5);
	let codeMs = 0;
	let bytes = 0;
	for (let index = 0; index < FRAMES; index++) {
		scene.render(index, picture);
		const before = process.cpuUsage();
		const { nals } = await encoder.encode(picture, index, index === 0);
		codeMs += usedMs(before);
		bytes += nals.reduce((sum, nal) => sum + nal.length, 0);
	}
	return { codeMs: codeMs / FRAMES, kilobitsPerSecond: (bytes * 8) / (FRAMES / 10) / 1000 };
}

/** The share of one core that a served scene takes with one client, and without any. */
async function timeServing(): Promise<{ servedCpuPercent: number; idleCpuPercent: number }> {
	await using camera = await spawnSimulatedCamera({
		source: { kind: 'scene', width: WIDTH, height: HEIGHT, oddities: 'demo' },
	});
	const idleCpuPercent = await cpuPercent(camera.pid);
	await using client = await connectRtsp(camera.port);
	await client.play(camera.url);
	await client.morePackets(50);
	return { servedCpuPercent: await cpuPercent(camera.pid), idleCpuPercent };
}

async function cpuPercent(pid: number): Promise<number> {
	const before = ticksOf(pid);
	await systemClock.sleep(SERVED_SECONDS * 1000, new AbortController().signal);
	// A tick is 10 ms on every Linux that Node runs on.
	return ((ticksOf(pid) - before) * 10) / (SERVED_SECONDS * 10);
}

/** User and system time of a process in clock ticks (proc(5), stat: fields 14 and 15). */
function ticksOf(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
		.replace(/^.*\) /s, '')
		.split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

function repeat(action: (index: number) => void): void {
	for (let index = 0; index < FRAMES; index++) action(index);
}

function cpuMs(action: () => void): number {
	const before = process.cpuUsage();
	action();
	return usedMs(before);
}

function usedMs(before: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
