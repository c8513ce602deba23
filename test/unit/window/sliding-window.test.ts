import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';
import { type Slide, SlidingWindow } from '../../../src/window/sliding-window.ts';

const FIVE = { frames: 5, framesPerSecond: 5 };

test('a window comes with its fifth frame and then with every frame', () => {
	const sliding = new SlidingWindow(FIVE);
	const slides = [0, 1, 2, 3, 4, 5].map((index) => sliding.push(frame({ index })));
	assert.deepEqual(
		slides.map((slide) => slide.kind),
		['warming-up', 'warming-up', 'warming-up', 'warming-up', 'window', 'window'],
	);
	assert.deepEqual(slides[1], { kind: 'warming-up', missing: 3 });
	assert.deepEqual(indices(slides[4]!), [0, 1, 2, 3, 4], 'the first window is not changed by the frame after it');
	assert.deepEqual(indices(slides[5]!), [1, 2, 3, 4, 5]);
	assert.equal(slides[5]!.kind === 'window' && slides[5]!.window.target.index, 5);
});

for (const [what, next] of [
	['a new run', { run: 2, index: 5 }],
	['a missing index', { index: 6 }],
	['a repeated index', { index: 4 }],
	['a new size', { index: 5, width: 32 }],
] as const) {
	test(`no window spans ${what}`, () => {
		const sliding = filled();
		assert.deepEqual(sliding.push(frame(next)), { kind: 'warming-up', missing: 4 });
		for (let step = 1; step <= 3; step++) {
			assert.equal(sliding.push(frame({ ...next, index: next.index + step })).kind, 'warming-up');
		}
		const slide = sliding.push(frame({ ...next, index: next.index + 4 }));
		assert.deepEqual(
			indices(slide),
			[0, 1, 2, 3, 4].map((step) => next.index + step),
		);
	});
}

test('a damaged frame spoils every window that holds it and none after', () => {
	const sliding = filled();
	const kinds = [5, 6, 7, 8, 9, 10, 11].map((index) => {
		const slide = sliding.push(frame({ index, damage: index === 6 ? 'concealed' : null }));
		if (slide.kind === 'damaged') assert.equal(slide.damage, 'concealed');
		return slide.kind;
	});
	assert.deepEqual(kinds, ['window', 'damaged', 'damaged', 'damaged', 'damaged', 'damaged', 'window']);
});

test('a window of one frame is its target', () => {
	const sliding = new SlidingWindow({ frames: 1, framesPerSecond: 5 });
	assert.deepEqual(indices(sliding.push(frame({ index: 0 }))), [0]);
	assert.deepEqual(indices(sliding.push(frame({ index: 1 }))), [1]);
});

test('a window of no frames is refused', () => {
	assert.throws(() => new SlidingWindow({ frames: 0, framesPerSecond: 5 }), RangeError);
});

function filled(): SlidingWindow {
	const sliding = new SlidingWindow(FIVE);
	for (let index = 0; index < 5; index++) sliding.push(frame({ index }));
	return sliding;
}

function indices(slide: Slide): number[] {
	assert.equal(slide.kind, 'window');
	return slide.kind === 'window' ? slide.window.frames.map((held) => held.index) : [];
}

function frame(change: Partial<Frame>): Frame {
	const plain = { camera: cameraId('door'), run: 1, index: 0, width: 16, height: 16, damage: null };
	const made = { ...plain, ...change };
	return {
		...made,
		capturedAt: utcMs(made.index * 200),
		arrivedAt: monotonicMs(made.index * 200),
		luma: new Uint8Array(made.width * made.height),
	};
}
