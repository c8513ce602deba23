import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utcMs } from '../../../src/core/units.ts';
import type { FootageFile } from '../../../src/ingest/footage-folder.ts';
import { isWorthIt, overdue } from '../../../src/ingest/footage-thinning.ts';

const SECOND = 1000;
const file = (at: number): FootageFile => ({
	name: `${at}`,
	from: utcMs(at * SECOND),
	to: utcMs((at + 15) * SECOND),
	bytes: 10,
});
const starts = (files: readonly FootageFile[]) => files.map(({ from }) => from / SECOND);

/** Offers a chunk every 15 s and keeps what stays. */
function collect(count: number, bytesMax: number): { readonly kept: FootageFile[]; readonly written: number } {
	let kept: FootageFile[] = [];
	let written = 0;
	for (let place = 0; place < count; place++) {
		const next = file(place * 15);
		if (!isWorthIt(kept, next.from, bytesMax)) continue;
		written++;
		kept.push(next);
		const gone = overdue(kept, bytesMax, 1e12);
		kept = kept.filter((one) => !gone.includes(one));
	}
	return { kept, written };
}

test('what stays is within the bound and spread over all of the time that was collected', () => {
	const { kept, written } = collect(4000, 200);
	assert.equal(kept.length, 20);
	const at = starts(kept);
	assert.equal(at[0], 0);
	const span = 4000 * 15;
	for (const [from, to] of [
		[0, 0.25],
		[0.25, 0.5],
		[0.5, 0.75],
		[0.75, 1],
	] as const) {
		const inQuarter = at.filter((start) => start >= from * span && start < to * span).length;
		assert.ok(inQuarter >= 3 && inQuarter <= 8, `${inQuarter} of 20 in the quarter from ${from}: ${at}`);
	}
	assert.ok(written < 200, `${written} chunks were written to keep 20`);
});

test('nothing goes while there is room, and what is too old goes first', () => {
	const files = [file(0), file(100), file(200)];
	assert.deepEqual(overdue(files, 30, 1e9), []);
	assert.deepEqual(starts(overdue(files, 30, 120 * SECOND)), [0]);
	assert.deepEqual(starts(overdue([file(0), file(50), file(100), file(300)], 30, 1e9)), [50]);
});

test('a bound that is smaller than one chunk keeps nothing', () => {
	assert.equal(overdue([file(0)], 5, 1e9).length, 1);
});
