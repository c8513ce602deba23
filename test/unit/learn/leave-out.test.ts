import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveOutOddest } from '../../../src/learn/leave-out.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import { smallModel } from '../../support/mnad-model.ts';

const SIZE = { width: 32, height: 32 };
const { signal } = new AbortController();
// A small model without a head doubts what it predicts worst; its decoder says "as the frame before", nearly.
const model = smallModel(1);

/** Still pictures, numbered by their first pixel; between `from` and `to` they flicker. */
function clip(name: string, frames: number, [from, to]: readonly [number, number]): Clip {
	const picture = (t: number) => {
		const luma = new Uint8Array(32 * 32).fill(100);
		if (t >= from && t < to) luma.fill(t % 2 === 0 ? 20 : 220, 320, 700);
		luma[0] = t;
		return luma;
	};
	return { name, size: SIZE, frames: Array.from({ length: frames }, (_, t) => picture(t)) };
}

const numbers = ({ frames }: Clip) => frames.map((luma) => luma[0]!);

test('what looks oddest goes with a margin, and the clip falls into what is left', async () => {
	const clips = [clip('calm', 120, [0, 0]), clip('odd', 120, [60, 75])];
	const { clips: kept, frames } = await leaveOutOddest(clips, { model, share: 0.08 }, signal);
	assert.deepEqual(
		kept.map(({ name }) => name),
		['calm', 'odd', 'odd'],
	);
	assert.equal(kept[0]!.frames.length, 120);
	const [before, after] = [numbers(kept[1]!), numbers(kept[2]!)];
	assert.equal(before[0], 0);
	assert.equal(after.at(-1), 119);
	assert.ok(before.at(-1)! < 60 && before.at(-1)! > 40, `kept up to ${before.at(-1)}`);
	assert.ok(after[0]! >= 75 && after[0]! < 95, `kept again from ${after[0]}`);
	assert.equal(frames, 120 - before.length - after.length);
});

test('pictures of two sizes are looked at together, and the oddest of all goes', async () => {
	const small = clip('calm', 60, [0, 0]);
	const large: Clip = {
		name: 'large',
		size: { width: 48, height: 32 },
		frames: small.frames.map(() => new Uint8Array(48 * 32).fill(90)),
	};
	const { clips } = await leaveOutOddest([small, large, clip('odd', 60, [20, 30])], { model, share: 0.1 }, signal);
	assert.deepEqual(
		clips.map(({ name, frames }) => [name, frames.length === 60]),
		[
			['calm', true],
			['large', true],
			['odd', false],
			['odd', false],
		],
	);
});

test('an abort ends it', async () => {
	await assert.rejects(leaveOutOddest([clip('calm', 60, [0, 0])], { model, share: 0.1 }, AbortSignal.abort()), {
		name: 'AbortError',
	});
});
