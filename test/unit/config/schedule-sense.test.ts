import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { formatProblem } from '../../../src/config/problem.ts';
import { configFolder } from '../../support/config-folder.ts';

/** What is said of a camera's schedule, which stands from line 5 on, without the file's name. */
async function saidOf(keys: string): Promise<readonly string[]> {
	await using folder = await configFolder();
	const text = `cameras:\n  yard:\n    source: rtsp://192.0.2.1/x\n    schedule:\n${keys}`;
	const path = await folder.write('f.yaml', text);
	const result = await loadConfig(path, { env: {}, models: folder.models });
	const problems = result.kind === 'loaded' ? result.warnings : result.problems;
	return problems.map((problem) => formatProblem(problem).slice(path.length + 1));
}

test('A schedule that makes sense is taken, quotes or not', async () => {
	const said = await saidOf(`      timeZone: America/New_York
      armed:
        - {days: [mon-fri], from: 18:00, to: 06:00}
        - days: [sat, sun]
`);
	assert.deepEqual(said, []);
});

test('An unknown time zone is refused at its place, with the nearest known one', async () => {
	const armed = '      armed: [{days: [mon], from: "08:00", to: "09:00"}]\n';
	assert.deepEqual(await saidOf(`      timeZone: Europe/Berln\n${armed}`), [
		'5:17: error: cameras.yard.schedule.timeZone: there is no time zone Europe/Berln; did you mean Europe/Berlin?',
	]);
	assert.deepEqual(await saidOf(`      timeZone: Mars\n${armed}`), [
		'5:17: error: cameras.yard.schedule.timeZone: there is no time zone Mars: wanted an IANA name such as Europe/Berlin',
	]);
	assert.deepEqual(await saidOf(armed), ['5:7: error: cameras.yard.schedule.timeZone: missing: wanted text']);
});

test('Times that are none are refused at their place', async () => {
	assert.deepEqual(
		await saidOf(`      timeZone: UTC
      armed:
        - {days: [mon-fry], from: "8:00", to: "25:00"}
        - {days: [], from: "08:00"}
        - {from: "08:00", day: mon}
`),
		[
			'7:19: error: cameras.yard.schedule.armed.0.days.0: wanted a day such as mon, or several as mon-fri, got "mon-fry"',
			'7:35: error: cameras.yard.schedule.armed.0.from: wanted a local time such as "06:30", got "8:00"',
			'7:47: error: cameras.yard.schedule.armed.0.to: wanted a local time such as "06:30", got "25:00"',
			'8:18: error: cameras.yard.schedule.armed.1.days: wanted at least one entry, got an empty list',
			'9:11: error: cameras.yard.schedule.armed.2.days: missing: wanted a list',
			'9:27: error: cameras.yard.schedule.armed.2.day: this key is not known; did you mean days?',
		],
	);
	assert.deepEqual(await saidOf('      timeZone: UTC\n      armed: []\n'), [
		'6:14: error: cameras.yard.schedule.armed: wanted at least one entry, got an empty list',
	]);
});

test('A time that ends when it begins is refused, and one that never ends is warned of', async () => {
	assert.deepEqual(
		await saidOf('      timeZone: UTC\n      armed: [{days: [mon-sun], from: "08:00", to: "08:00"}]\n'),
		[
			'6:52: error: cameras.yard.schedule.armed.0.to: it ends when it begins, at 08:00: wanted another time, or 24:00 for a whole day',
		],
	);
	assert.deepEqual(await saidOf('      timeZone: UTC\n      armed: [{days: [mon-sun]}]\n'), [
		'6:14: warning: cameras.yard.schedule.armed: it is armed all the time: without a schedule it is, too',
	]);
});
