import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtOddest } from '../../../src/learn/doubt.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import { smallModel } from '../../support/mnad-model.ts';

const SIZE = { width: 64, height: 32 };
const ACROSS = SIZE.width / 8;
const { signal } = new AbortController();
// A small model without a head doubts what it predicts worst; its decoder says "as the frame before", nearly.
const model = smallModel(1);

/** Still pictures; from `from` to before `to` what is in the first cells of the upper left flickers. */
function clip(name: string, frames: number, [from, to]: readonly [number, number], { width, height } = SIZE): Clip {
	const picture = (t: number) => {
		const luma = new Uint8Array(width * height).fill(100);
		if (t < from || t >= to) return luma;
		for (let row = 0; row < 16; row++) luma.fill(t % 2 === 0 ? 20 : 220, row * width, row * width + 16);
		return luma;
	};
	return { name, size: { width, height }, frames: Array.from({ length: frames }, (_, t) => picture(t)) };
}

const framesOf = ({ doubted }: Clip) => [...doubted!.entries()].filter(([, cells]) => cells !== null).map(([t]) => t);

test('what looks oddest is doubted where and when it is seen, and little beside it', async () => {
	const clips = [clip('calm', 120, [0, 0]), clip('odd', 120, [60, 75])];
	const { clips: marked, frames } = await doubtOddest(clips, { model, share: 0.06 }, signal);
	assert.deepEqual(
		marked.map(({ name, frames: kept }) => [name, kept.length]),
		[
			['calm', 120],
			['odd', 120],
		],
	);
	const [calm, odd] = marked as [Clip, Clip];
	assert.deepEqual(framesOf(calm), []);
	const when = framesOf(odd);
	assert.equal(frames, when.length);
	for (let t = 61; t < 75; t++) assert.ok(when.includes(t), `frame ${t} is believed`);
	assert.ok(when[0]! >= 55 && when.at(-1)! <= 82, `doubted from ${when[0]} to ${when.at(-1)}`);
	const cells = odd.doubted![66]!;
	assert.equal(cells.length, (SIZE.width / 8) * (SIZE.height / 8));
	for (const cell of [0, 1, ACROSS, ACROSS + 1]) assert.equal(cells[cell], 1, `cell ${cell} is believed`);
	for (let row = 0; row < SIZE.height / 8; row++) assert.equal(cells[row * ACROSS + ACROSS - 1], 0);
});

test('pictures of two sizes are looked at together', async () => {
	const large = clip('large', 60, [0, 0], { width: 48, height: 48 });
	const { clips } = await doubtOddest(
		[clip('calm', 60, [0, 0]), large, clip('odd', 60, [20, 30])],
		{ model, share: 0.1 },
		signal,
	);
	assert.deepEqual(
		clips.map((one) => framesOf(one).length > 0),
		[false, false, true],
	);
});

test('footage without a whole window is not doubted', async () => {
	const short = [clip('short', 4, [0, 0])];
	assert.deepEqual(await doubtOddest(short, { model, share: 0.1 }, signal), { clips: short, frames: 0 });
});

test('an abort ends it', async () => {
	await assert.rejects(doubtOddest([clip('calm', 60, [0, 0])], { model, share: 0.1 }, AbortSignal.abort()), {
		name: 'AbortError',
	});
});
