import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { formatProblem } from '../../../src/config/problem.ts';
import { configFolder } from '../../support/config-folder.ts';

/** What is said of a camera's keys, which stand from line 4 on, without the file's name. */
async function saidOf(keys: string): Promise<readonly string[]> {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', `cameras:\n  yard:\n    source: rtsp://192.0.2.1/x\n${keys}`);
	const result = await loadConfig(path, { env: {}, models: folder.models });
	const problems = result.kind === 'loaded' ? result.warnings : result.problems;
	return problems.map((problem) => formatProblem(problem).slice(path.length + 1));
}

const GOOD = `    masks:
      clock: [[0, 0], [0.3, 0], [0.3, 0.06], [0, 0.06]]
    zones:
      Front gate: {polygon: [[0.5, 0.5], [1, 0.5], [1, 1]], severity: high}
    watch: zones
`;

test('Masks and zones that make sense are taken as they are', async () => {
	assert.deepEqual(await saidOf(GOOD), []);
});

test('A polygon that is none is refused at its place', async () => {
	assert.deepEqual(
		await saidOf(`    masks:
      road: [[0, 0.5], [1.2, 0.5], [1, 640], [0, 1]]
      tree: [[0, 0], [1, 1]]
      word: [a, b, c]
    zones:
      yard: {polygon: [[0, 0], [1, 0, 1], [1, 1]]}
`),
		[
			'5:25: error: cameras.yard.masks.road.1.0: wanted a share of the picture, 0 to 1, got 1.2',
			'5:40: error: cameras.yard.masks.road.2.1: wanted a share of the picture, 0 to 1, got 640',
			'6:13: error: cameras.yard.masks.tree: wanted at least 3 entries, got a list of 2',
			'7:14: error: cameras.yard.masks.word.0: wanted a list, got "a"',
			'7:17: error: cameras.yard.masks.word.1: wanted a list, got "b"',
			'7:20: error: cameras.yard.masks.word.2: wanted a list, got "c"',
			'9:32: error: cameras.yard.zones.yard.polygon.1: wanted at most 2 entries, got a list of 3',
		],
	);
});

test('Sides that cross and points on a line are refused at their place', async () => {
	assert.deepEqual(
		await saidOf(`    masks:
      bow: [[0, 0], [1, 1], [1, 0], [0, 1]]
    zones:
      thin: {polygon: [[0, 0], [0.5, 0], [0.5, 0.000001]]}
`),
		[
			'5:12: error: cameras.yard.masks.bow: wanted sides that do not cross: the one from [0, 0] to [1, 1] crosses or touches the one from [1, 0] to [0, 1]',
			'7:23: error: cameras.yard.zones.thin.polygon: wanted points that enclose something: these lie on a line',
		],
	);
});

test('Masks that leave nothing to watch are refused, and zones that nothing is seen in are warned of', async () => {
	assert.deepEqual(
		await saidOf(`    masks:
      left: [[0, 0], [0.6, 0], [0.6, 1], [0, 1]]
      right: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
`),
		['5:7: error: cameras.yard.masks: they hide the whole picture: wanted at least 1 % of it left to watch'],
	);
	const masked = `    masks:
      left: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
    zones:
      hidden: {polygon: [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]]}
`;
	assert.deepEqual(await saidOf(masked), [
		'7:15: warning: cameras.yard.zones.hidden: the masks hide all of it: it will never have an alarm',
	]);
	assert.deepEqual(await saidOf(`${masked}    watch: zones\n`), [
		'8:12: error: cameras.yard.watch: the masks hide every zone: nothing would be watched',
	]);
	assert.deepEqual(await saidOf('    watch: zones\n'), [
		'4:12: error: cameras.yard.watch: there are no zones to watch: wanted zones beside it, or everywhere',
	]);
});

test('Names that no topic and no address could carry, and unknown keys, are refused', async () => {
	const [name, key] = await saidOf(`    zones:
      "a/b": {polygon: [[0, 0], [1, 0], [1, 1]]}
      yard: {polygon: [[0, 0], [1, 0], [1, 1]], severty: high}
`);
	assert.match(name!, /^5:7: error: cameras\.yard\.zones\.a\/b: wanted a name of letters, digits/);
	assert.match(key!, /^6:49: error: .*severty: this key is not known; did you mean severity\?$/);
});
