import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/learn/random.ts';
import { cutOut, paste } from '../../../src/learn/sprite.ts';
import { transplant } from '../../../src/learn/transplant.ts';
import { changedCells, copyOf, frameOf, glidingBlock } from '../../support/gliding-block.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const FROM = { x: 40, y: 32 };
const TO = { x: 4, y: 60 };
const CELLS = 12 * 12;
const script = (to = TO) =>
	scriptedRandom({ integers: [...Array.from({ length: 8 }, () => [FROM.x, FROM.y]).flat(), to.x, to.y] });

/** 1 in the cells left of a pixel column. */
const busyLeftOf = (column: number) =>
	Float32Array.from({ length: CELLS }, (_, cell) => ((cell % 12) * 8 < column ? 1 : 0));

test('what moves is shown again, frame by frame as it moves, and nothing else changes', () => {
	const window = glidingBlock({ ...FROM, u: 2, v: 0 });
	const before = copyOf(window);
	assert.equal(transplant(window, new Float32Array(CELLS), script()), true);
	const expected = copyOf(before);
	for (let index = 0; index < 6; index++) {
		const sprite = cutOut(frameOf(before, index), before.background, FROM, 96);
		paste(frameOf(expected, index), sprite, TO.x, TO.y, 96, null);
	}
	assert.deepEqual(window.frames, expected.frames);
	assert.notDeepEqual(frameOf(window, 0), frameOf(before, 0));
});

test('it is odd where nothing ever moves, normal where much does, and open in between', () => {
	const marksWith = (busy: Float32Array) => {
		const window = glidingBlock({ ...FROM, u: 2, v: 0 });
		const before = copyOf(window);
		assert.equal(transplant(window, busy, script()), true);
		const changed = changedCells(frameOf(before, 5), frameOf(window, 5), 96);
		const marks = [...window.marks.keys()].filter((cell) => window.marks[cell]! > 0);
		return { window, changed, marks: new Set(marks) };
	};
	const odd = marksWith(new Float32Array(CELLS));
	assert.deepEqual(odd.changed.difference(odd.marks), new Set());
	// It covers pixels (4, 60) to (18, 86).
	assert.equal(odd.window.marks[9 * 12 + 1], 1);
	assert.ok([...odd.marks].every((cell) => cell % 12 <= 2 && cell >= 7 * 12 && cell < 11 * 12));

	const normal = marksWith(new Float32Array(CELLS).fill(1));
	assert.equal(normal.marks.size, 0);
	assert.deepEqual(normal.window.frames, odd.window.frames);

	// Its first four columns are in a busy place, which is more than a twentieth of it and less than three fifths.
	const open = marksWith(busyLeftOf(8));
	assert.deepEqual(open.marks, odd.marks);
	assert.ok([...open.marks].every((cell) => open.window.marks[cell] === 0.5));
});

test('it is not put where it is, nor taken where nothing moves', () => {
	const window = glidingBlock({ ...FROM, u: 2, v: 0 });
	const before = copyOf(window);
	for (const to of [FROM, { x: FROM.x + 13, y: FROM.y - 25 }]) {
		assert.equal(transplant(window, new Float32Array(CELLS), script(to)), false);
		assert.deepEqual(window, before);
	}
	const still = glidingBlock({ ...FROM, u: 0, v: 0 });
	const copy = copyOf(still);
	assert.equal(transplant(still, new Float32Array(CELLS), seededRandom(1)), false);
	assert.deepEqual(still, copy);
});
