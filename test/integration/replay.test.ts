import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { COMMANDS } from '../../src/commands/list.ts';
import type { ReplayReport } from '../../src/commands/replay-report.ts';
import { writeModel } from '../../src/detect/mnad/model.ts';
import { recordedIo } from '../support/command-io.ts';
import { configFolder } from '../support/config-folder.ts';
import { smallModel } from '../support/mnad-model.ts';
import { missing } from '../support/peers.ts';

async function foreframe(...args: string[]) {
	const io = recordedIo({});
	const code = await runCommandLine(args, io, { commands: COMMANDS, version: '0' });
	return { code, out: io.out(), err: io.err() };
}

function film(filter: string, path: string): void {
	const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
	execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', filter, ...coding, path]);
}

const DETECTORS = { 'linear-extrapolation': '', mnad: ', model: ./model' };

for (const [detector, model] of Object.entries(DETECTORS)) {
	test(`Recordings are replayed through a camera with ${detector}: what would have alarmed, and with which budget`, {
		skip: missing('ffmpeg'),
	}, async () => {
		await using folder = await configFolder();
		await writeModel(join(folder.path, 'model'), smallModel(1, { framesPerSecond: 5 }));
		const video = (name: string) => join(folder.path, `${name}.mp4`);
		// A small block walks to and fro before noisy bars; the odd recording has a large one that rushes past from 12 s to 16 s.
		const noise = (seed: number, seconds: number) =>
			`smptehdbars=s=320x180:r=10:d=${seconds},noise=alls=10:allf=t:all_seed=${seed}[a];color=white:s=12x24:r=10:d=${seconds}[b];[a][b]overlay=x='150+100*sin(t/3)':y=80`;
		film(noise(1, 60), video('calm'));
		film(noise(2, 30), video('normal'));
		const rushing = `[c];color=black:s=60x50:r=10:d=30[d];[c][d]overlay=x='80*(t-12)-20':y=60:enable='between(t,12,16)'`;
		film(noise(3, 30) + rushing, video('odd'));
		const camera = (score: string) => `cameras:
  door:
    source: rtsp://192.0.2.1/x
    detector: {name: ${detector}${model}}
    alarm: {falseAlarms: 12 per hour}
    integrity: {ignore: [loop]}
    score: {${score}}
record: {folder: state}
mqtt: {enabled: false}
`;
		const bare = await folder.write('bare.yaml', camera(''));
		const config = await folder.write('f.yaml', camera('calibration: pack.json'));
		const pack = join(folder.path, 'pack.json');

		const without = await foreframe('replay', '--config', bare, '--video', video('odd'));
		assert.equal(without.code, 1);
		assert.match(
			without.err,
			/camera door .*it has none.*foreframe calibrate .*--camera door.*\(CALIBRATION_INVALID\)/,
		);
		assert.equal(without.out, '');

		const made = await foreframe('calibrate', '--config', bare, '--video', video('calm'), '--out', pack);
		assert.equal(made.code, 0, made.err);

		const both = ['--video', video('normal'), '--video', video('odd')];
		const { code, out, err } = await foreframe(
			...['replay', '--config', config, ...both, '--json', '--budget', '60 per hour'],
		);
		assert.deepEqual([code, err], [0, '']);
		const report: ReplayReport = JSON.parse(out);
		assert.equal(report.detector, detector);
		assert.equal(report.footage.windows, 2 * (150 - (detector === 'mnad' ? 4 : 2)));
		assert.ok(report.footage.timesRealTime > 0);
		assert.equal(report.alarms.length, 1, out);
		const hits = report.alarms.filter(({ recording, startSeconds, endSeconds }) => {
			return recording === video('odd') && startSeconds > 11 && endSeconds < 18;
		});
		assert.equal(hits.length, 1, out);
		for (const { region, why, peakSurprise, peakSeconds, startSeconds, endSeconds } of hits) {
			assert.ok(peakSurprise >= report.budget.level);
			assert.ok(startSeconds <= peakSeconds && peakSeconds <= endSeconds);
			assert.ok(region !== null && region.x + region.width <= 1);
			assert.ok(['patch', 'psnr', 'motion'].includes(why), why);
		}
		const counts = report.budgets.map(({ alarms }) => alarms);
		assert.deepEqual(
			report.budgets.map(({ falseAlarms }) => falseAlarms),
			['1 per week', '1 per day', '1 per hour', '12 per hour', '60 per hour'],
		);
		assert.equal(counts[3], report.alarms.length);
		const levels = report.budgets.map(({ level }) => level);
		assert.deepEqual(
			levels,
			levels.toSorted((a, b) => b - a),
		);

		const text = await foreframe('replay', '--config', config, ...both);
		assert.equal(text.code, 0);
		assert.match(text.out, new RegExp(`^camera door: ${detector}`));
		assert.match(text.out, /odd\.mp4 +0:00:1[12]\.\d +0:00:1[4-7]\.\d .* (patch|motion) +high +x \d/);
		assert.match(text.out, /^12 per hour \* .* 1 +\d+\.\d %$/m);
	});
}

test('replay refuses a budget that is none, and wants a configuration and a recording', async () => {
	await using folder = await configFolder();
	const config = await folder.write('f.yaml', 'cameras: {a: {source: "rtsp://192.0.2.1/x"}}\n');
	const budget = await foreframe('replay', '--config', config, '--video', 'x.mp4', '--budget', 'often');
	assert.equal(budget.code, 64);
	assert.match(budget.err, /Cannot use the budget "often": expected a rate such as/);
	assert.equal((await foreframe('replay', '--config', config)).code, 64);
});
