import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_MANNERS, mended, parseMisbehaviours, spoiled } from '../../../../src/ingest/simulate/misbehaviour.ts';

test('misbehaviours are read with value, beginning and duration', () => {
	assert.deepEqual(parseMisbehaviours('stall@20s/10s, drop:5%,jump:+60s@5,jump:-1.5,close@7s'), [
		{ misbehaviour: { kind: 'stall' }, afterSeconds: 20, forSeconds: 10 },
		{ misbehaviour: { kind: 'drop', share: 0.05 }, afterSeconds: 0, forSeconds: null },
		{ misbehaviour: { kind: 'jump', seconds: 60 }, afterSeconds: 5, forSeconds: null },
		{ misbehaviour: { kind: 'jump', seconds: -1.5 }, afterSeconds: 0, forSeconds: null },
		{ misbehaviour: { kind: 'close' }, afterSeconds: 7, forSeconds: null },
	]);
	assert.deepEqual(parseMisbehaviours(''), []);
});

for (const text of ['sulk', 'drop', 'drop:0%', 'drop:101%', 'drop:5', 'stall:3', 'stall@x', 'jump', 'Stall']) {
	test(`"${text}" is refused with what was wanted`, () => {
		assert.throws(() => parseMisbehaviours(text), { name: 'ForeframeError', code: 'USAGE' });
	});
}

test('what has begun can end by itself or all at once; time that has jumped stays', () => {
	const stalled = spoiled(spoiled(GOOD_MANNERS, { kind: 'stall' }), { kind: 'drop', share: 0.5 });
	const jumped = spoiled(spoiled(stalled, { kind: 'jump', seconds: 5 }), { kind: 'jump', seconds: 2 });
	assert.deepEqual(mended(jumped, 'stall'), { ...GOOD_MANNERS, dropShare: 0.5, jumpSeconds: 7 });
	assert.deepEqual(spoiled(jumped, { kind: 'behave' }), { ...GOOD_MANNERS, jumpSeconds: 7 });
});
