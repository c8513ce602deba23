import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EFFECT_KINDS, isEffectKind, readEffect } from '../../../../../src/ingest/simulate/effects/effect.ts';
import { GOOD_MANNERS, mended, parseMisbehaviours, spoiled } from '../../../../../src/ingest/simulate/misbehaviour.ts';

test('effects are read like other misbehaviours, with their own value where they have one', () => {
	const read = (text: string) => parseMisbehaviours(text).map(({ misbehaviour }) => misbehaviour);
	assert.deepEqual(read('dark@20s/10s, covered,defocused,defocused:6,moved,moved:-25%,pan:50%,cut,infrared,still'), [
		{ kind: 'dark' },
		{ kind: 'covered' },
		{ kind: 'defocused', radius: 12 },
		{ kind: 'defocused', radius: 6 },
		{ kind: 'moved', share: 0.3 },
		{ kind: 'moved', share: -0.25 },
		{ kind: 'pan', share: 0.5 },
		{ kind: 'cut' },
		{ kind: 'infrared' },
		{ kind: 'still' },
	]);
	assert.deepEqual(read('exposure:+40%,exposure:-30%,noise:8,loop:5s,resize:320x180'), [
		{ kind: 'exposure', gain: 0.4 },
		{ kind: 'exposure', gain: -0.3 },
		{ kind: 'noise', deviation: 8 },
		{ kind: 'loop', seconds: 5 },
		{ kind: 'resize', width: 320, height: 180 },
	]);
	assert.deepEqual(parseMisbehaviours('dark@20s/10s'), [
		{ misbehaviour: { kind: 'dark' }, afterSeconds: 20, forSeconds: 10 },
	]);
});

for (const text of [
	'dark:3',
	'exposure',
	'exposure:40',
	'loop',
	'loop:0s',
	'resize:321x180',
	'resize:16x16',
	'moved:90%',
]) {
	test(`"${text}" is refused with how it is written`, () => {
		assert.throws(() => parseMisbehaviours(text), { code: 'USAGE', message: /is written/ });
	});
}

test('every kind is known by its name and nothing else is', () => {
	assert.ok(EFFECT_KINDS.every(isEffectKind));
	assert.ok(!isEffectKind('freeze') && !isEffectKind('toString'));
	assert.deepEqual(readEffect('still', null), { kind: 'still' });
});

test('effects add up, one of a kind, and end by themselves or with the others', () => {
	const dim = spoiled(GOOD_MANNERS, { kind: 'exposure', gain: -0.5 });
	const both = spoiled(spoiled(dim, { kind: 'pan', share: 0.4 }), { kind: 'exposure', gain: 0.5 });
	assert.deepEqual(both.effects, [
		{ kind: 'pan', share: 0.4 },
		{ kind: 'exposure', gain: 0.5 },
	]);
	assert.deepEqual(mended(both, 'pan').effects, [{ kind: 'exposure', gain: 0.5 }]);
	assert.deepEqual(spoiled(both, { kind: 'behave' }).effects, []);
});
