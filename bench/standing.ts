/**
 * What is seen of things that stand still, and what is told that is none:
 * `node bench/standing.ts [--after 30] [--seeds 4] [--hours 1] [--drawn-hours 6] [--bits 200000]
 * [--data ../shared/data] [--normal-only] [--json]`.
 *
 * The simulated walkway at 256x144 and 5 frames a second, with its noise, its clouds and its people. Each kind of thing in each
 * seed, coded as H.264 (so many `--bits` a second) and read as a camera is; normal footage coded likewise, and further hours of it drawn
 * without a codec, under the walkway's own light and under clouds that come within three seconds. Real clips are watched with
 * the same settings. The time that must pass before something is told is short (`--after`), which makes all of it harder.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Frame } from '../src/core/frame.ts';
import { lightAt } from '../src/ingest/simulate/scene/light.ts';
import { openScene } from '../src/ingest/simulate/scene/scene.ts';
import type { OddityKind } from '../src/ingest/simulate/scene/schedule.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { codedWalkway, drawnWalkway, images, type Sight, video, watchAll } from './standing/footage.ts';
import { median, printTable } from './support.ts';

const { values } = parseArgs({
	options: {
		after: { type: 'string', default: '30' },
		seeds: { type: 'string', default: '4' },
		hours: { type: 'string', default: '1' },
		'drawn-hours': { type: 'string', default: '6' },
		bits: { type: 'string', default: '200000' },
		data: { type: 'string', default: '../shared/data' },
		'normal-only': { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
	},
});
const afterSeconds = Number(values.after);
const bitsPerSecond = Number(values.bits);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const say = (what: string) => process.stderr.write(`${what}\n`);

/** What is to be told, and what is not: who drives on or walks to and fro. */
const TO_TELL: readonly OddityKind[] = ['left-object', 'removed-object', 'moved-barrier', 'open-door', 'parked-cart'];
const STAYS = afterSeconds + 40;
const DRIVES_ON = Math.max(5, afterSeconds - 8);

await using folder = await temporaryFolder();
const found = [];
const withThings = !values['normal-only'];
for (const kind of withThings ? TO_TELL : []) found.push(await trialsOf(kind, STAYS, true));
const others = [['parked-cart', DRIVES_ON] as const, ['loitering', 2 * STAYS] as const];
for (const [kind, lasts] of withThings ? others : []) {
	found.push(await trialsOf(kind, lasts, false));
}
const normal = [];
for (const seed of seeds.slice(0, 2)) {
	say(`normal footage, seed ${seed}`);
	const minutes = 30 * Number(values.hours);
	const footage = codedWalkway(folder.path, { bitsPerSecond, seed, minutes, startSeconds: 9000 });
	normal.push(await falseOnes(`walkway ${seed}, H.264`, footage));
}
for (const seed of seeds.slice(0, 2)) {
	const seconds = 1800 * Number(values['drawn-hours']);
	say(`drawn hours, seed ${seed}`);
	normal.push(await falseOnes(`walkway ${seed}, drawn`, drawnWalkway({ seed, seconds })));
	const light = (second: number) => {
		const { sky, sun } = lightAt(second, seed);
		return { sky, sun: sun * (1 - 0.6 * cloudAt(second)) };
	};
	normal.push(await falseOnes(`walkway ${seed}, drawn, fast clouds`, drawnWalkway({ seed, seconds, light })));
}
for (const [name, footage] of await clips()) normal.push(await falseOnes(name, footage));

if (values.json) console.log(JSON.stringify({ afterSeconds, bitsPerSecond, found, normal }));
else {
	if (found.length > 0) {
		printTable(found);
		console.log('');
	}
	printTable(normal);
}

async function trialsOf(kind: OddityKind, lasts: number, wanted: boolean) {
	const delays: number[] = [];
	const gone: number[] = [];
	const said = new Map<string, number>();
	let [told, elsewhere] = [0, 0];
	for (const seed of seeds) {
		say(`${kind}, seed ${seed}`);
		const startSeconds = 75 + 2 * afterSeconds + 17 * seed;
		const oddities = [{ kind, startSeconds, durationSeconds: lasts }];
		const minutes = (startSeconds + lasts + 25) / 60;
		const sights = await watchAll(
			codedWalkway(folder.path, { bitsPerSecond, seed, minutes, startSeconds: 0, oddities }),
			afterSeconds,
		);
		const scene = openScene({ width: 256, height: 144, framesPerSecond: 5, seed, oddities });
		const { oddities: labels } = scene.labels(Math.round((startSeconds + lasts / 2) * 5));
		const here = (sight: Sight) => labels.some(({ bbox }) => meets(sight, bbox));
		const stands = sights.told.filter(({ change }) => change === 'stands');
		const first = stands.find(
			(sight) => here(sight) && sight.second >= startSeconds && sight.second <= startSeconds + lasts + 5,
		);
		elsewhere += stands.filter((sight) => !here(sight)).length;
		if (first === undefined) continue;
		told++;
		delays.push(first.second - startSeconds - afterSeconds);
		said.set(first.kind, (said.get(first.kind) ?? 0) + 1);
		const end = sights.told.find(({ change, number }) => change === 'gone' && number === first.number);
		if (end !== undefined) gone.push(end.second - startSeconds - lasts);
	}
	return {
		what: `${kind}, ${lasts} s`,
		wanted: wanted ? 'told' : 'not told',
		told: `${told} of ${seeds.length}`,
		'after the time, s': delays.length === 0 ? '' : `${median(delays).toFixed(1)} (${Math.max(...delays).toFixed(1)})`,
		'gone after, s': gone.length === 0 ? '' : median(gone).toFixed(1),
		as: [...said].map(([word, count]) => `${word} ${count}`).join(', '),
		elsewhere,
	};
}

async function falseOnes(footage: string, frames: AsyncIterable<Frame>) {
	const { told, seconds, cpuMs, frames: count } = await watchAll(frames, afterSeconds);
	const stands = told.filter(({ change }) => change === 'stands').length;
	return {
		footage,
		hours: Number((seconds / 3600).toFixed(2)),
		told: stands,
		'an hour': Number((stands / (seconds / 3600)).toFixed(2)),
		'CPU ms a frame': Number((cpuMs / count).toFixed(2)),
	};
}

/** 0..1: over three seconds a cloud comes, stays for a minute, and goes, every five minutes. */
function cloudAt(second: number): number {
	const place = second % 300;
	return Math.min(1, Math.max(0, (place - 150) / 3)) - Math.min(1, Math.max(0, (place - 210) / 3));
}

function meets(
	{ region }: Sight,
	{ left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
) {
	const [x, y] = [region.x * 256, region.y * 144];
	return x < right && x + region.width * 256 > left && y < bottom && y + region.height * 144 > top;
}

async function clips(): Promise<[string, AsyncIterable<Frame>][]> {
	const { data } = values;
	const there: string[] = await readdir(data).catch(() => []);
	const found: [string, AsyncIterable<Frame>][] = [];
	if (there.includes('vtest.avi')) found.push(['vtest.avi', video(join(data, 'vtest.avi'))]);
	for (const name of there.includes('clips') ? (await readdir(join(data, 'clips'))).sort() : []) {
		found.push([name, video(join(data, 'clips', name))]);
	}
	if (there.includes('ped2')) found.push(['Ped2, training clips on end', images(join(data, 'ped2/training/frames'))]);
	return found;
}
