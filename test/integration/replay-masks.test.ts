import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { COMMANDS } from '../../src/commands/list.ts';
import type { ReplayReport } from '../../src/commands/replay-report.ts';
import { recordedIo } from '../support/command-io.ts';
import { type ConfigFolder, configFolder } from '../support/config-folder.ts';
import { startDaemon } from '../support/daemon.ts';
import { missing } from '../support/peers.ts';

async function foreframe(...args: string[]) {
	const io = recordedIo({});
	const code = await runCommandLine(args, io, { commands: COMMANDS, version: '0' });
	return { code, out: io.out(), err: io.err() };
}

/** A small block walks to and fro before noisy bars; a large one rushes past from 12 s to 16 s at a height, if any. */
function film(folder: ConfigFolder, name: string, seed: number, seconds: number, rushesAt: number | null): string {
	const noise = `smptehdbars=s=320x180:r=10:d=${seconds},noise=alls=10:allf=t:all_seed=${seed}[a]`;
	const walker = `color=white:s=12x24:r=10:d=${seconds}[b];[a][b]overlay=x='150+100*sin(t/3)':y=140`;
	const rush = `[c];color=black:s=60x44:r=10:d=${seconds}[d];[c][d]overlay=x='80*(t-12)-20':y=${rushesAt}:enable='between(t,12,16)'`;
	const path = join(folder.path, `${name}.mp4`);
	const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
	const filter = `${noise};${walker}${rushesAt === null ? '' : rush}`;
	execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', filter, ...coding, path]);
	return path;
}

const yaml = (keys: string, pack: string) => `cameras:
  door:
    source: rtsp://192.0.2.1/x
    detector: {name: linear-extrapolation}
    standing: {enabled: false}
    integrity: {ignore: [loop]}
    alarm: {falseAlarms: 12 per hour}
    score: {calibration: ${pack}}
${keys}record: {folder: state}
mqtt: {enabled: false}
`;

/** The band that the upper block rushes through; and the lower part of the picture, with the walker. */
const BAND = '[[0, 0.12], [1, 0.12], [1, 0.58], [0, 0.58]]';
const FLOOR = '[[0, 0.62], [1, 0.62], [1, 1], [0, 1]]';

test('Replay follows masks, zones and the schedule: what is hidden does not alarm, what is odd elsewhere does', {
	skip: missing('ffmpeg'),
}, async () => {
	await using folder = await configFolder();
	const calm = film(folder, 'calm', 1, 50, null);
	const upper = film(folder, 'upper', 2, 20, 40);
	const lower = film(folder, 'lower', 3, 20, 125);
	await folder.write('empty.json', '{}');
	/** The camera with these keys, calibrated as it is; what its recordings would have alarmed. */
	const watched = async (name: string, keys: string, pack: string | null = null) => {
		if (pack === null) {
			const before = await folder.write(`${name}-before.yaml`, yaml(keys, 'empty.json'));
			const out = join(folder.path, `${name}.json`);
			const made = await foreframe('calibrate', '--config', before, '--video', calm, '--out', out);
			assert.equal(made.code, 0, made.err);
		}
		const config = await folder.write(`${name}.yaml`, yaml(keys, pack ?? `${name}.json`));
		return async (...args: string[]): Promise<ReplayReport> => {
			const { code, out, err } = await foreframe('replay', '--config', config, '--json', ...args);
			assert.equal(code, 0, err);
			return JSON.parse(out) as ReplayReport;
		};
	};
	const names = ({ alarms }: ReplayReport) => alarms.map(({ recording }) => recording);

	const zones = `    zones: {floor: {polygon: ${FLOOR}, severity: low}, top: {polygon: [[0, 0], [1, 0], [1, 0.08]], severity: high}}\n`;
	const named = await watched('zones', zones);
	assert.deepEqual(
		(await named('--video', upper, '--video', lower)).alarms.map(({ recording, zones }) => [recording, zones]),
		[
			[upper, []],
			[lower, ['floor']],
		],
	);

	const masked = await watched('masked', `    masks: {road: ${BAND}}\n`);
	const report = await masked('--video', upper, '--video', lower);
	assert.deepEqual(names(report), [lower]);
	assert.deepEqual(report.masks, ['road']);
	assert.ok(report.alarms[0]!.region!.y >= 0.6, JSON.stringify(report.alarms[0]!.region));

	// What was calibrated with other masks does not fit.
	const wrong = await folder.write('wrong.yaml', yaml(`    masks: {road: ${BAND}}\n`, 'zones.json'));
	const refused = await foreframe('replay', '--config', wrong, '--video', upper);
	assert.match(refused.err, /mask none where the camera has [0-9a-f]{16}.*\(CALIBRATION_INVALID\)/);

	const only = await watched('only', `${zones}    watch: zones\n`);
	const inZones = await only('--video', upper, '--video', lower);
	assert.deepEqual(names(inZones), [lower]);
	assert.deepEqual([inZones.alarms[0]!.zones, inZones.alarms[0]!.severity], [['floor'], 'low']);

	const armed = '{timeZone: Europe/Berlin, armed: [{days: [mon-sun], from: "18:00", to: "06:00"}]}';
	const nightly = await watched('schedule', `    schedule: ${armed}\n`, 'zones.json');
	const at = async (...times: string[]) => {
		const options = times.flatMap((time) => ['--at', time]);
		return nightly('--video', upper, '--video', lower, ...options);
	};
	const unknown = await at();
	assert.deepEqual(names(unknown), [upper, lower]);
	assert.deepEqual(unknown.schedule, { followed: false, disarmedSeconds: 0 });
	// The first by day, the second by night.
	const known = await at('2026-06-01T12:00:00+02:00', '2026-06-01T23:00:00+02:00');
	assert.deepEqual(names(known), [lower]);
	assert.match(known.alarms[0]!.startTime!, /^2026-06-01T21:00:1[0-9]/);
	assert.ok(Math.abs(known.schedule!.disarmedSeconds - 20) < 1, JSON.stringify(known.schedule));
	// It is armed while the block of the first recording is in the picture; the second follows the first.
	const meanwhile = await at('2026-06-01T17:59:47+02:00');
	assert.deepEqual(names(meanwhile), [upper, lower]);
	assert.ok(meanwhile.alarms[0]!.startSeconds >= 13);

	const usage = await foreframe('replay', '--config', wrong, '--video', upper, '--at', 'noon');
	assert.match(usage.err, /Cannot use the time "noon"/);
});

test('The daemon tells what a schedule says, and when it switches next', { skip: missing('ffmpeg') }, async () => {
	await using folder = await configFolder();
	const path = film(folder, 'calm', 1, 60, null);
	// Armed for an hour that begins in two hours.
	const hour = (new Date().getUTCHours() + 2) % 24;
	const two = (value: number) => `${String(value % 24).padStart(2, '0')}:00`;
	await using daemon = await startDaemon({
		cameras: {
			door: {
				source: { kind: 'file', path, loop: true },
				detector: { name: 'linear-extrapolation' },
				integrity: { ignore: ['loop'] },
				masks: {
					clock: [
						[0, 0],
						[0.3, 0],
						[0, 0.2],
					],
				},
				score: { calibrationMinutes: 0.4 },
				schedule: { timeZone: 'UTC', armed: [{ days: ['mon-sun'], from: two(hour), to: two(hour + 1) }] },
			},
		},
		mqtt: { enabled: false },
	});
	await daemon.line(/it has learned what is normal/, 120_000);
	const camera = (await (await fetch(`${daemon.http}/api/v1/cameras/door`)).json()) as Record<string, unknown>;
	assert.equal(camera['mode'], 'disarmed');
	const { armed, next_time_ms: next, override } = camera['schedule'] as Record<string, unknown>;
	assert.deepEqual([armed, override], [false, null]);
	assert.ok(Number(next) > Date.now() && Number(next) <= Date.now() + 2 * 3_600_000, String(next));
	assert.equal(Number(next) % 3_600_000, 0);
	assert.match(
		await (await fetch(`${daemon.http}/`)).text(),
		/data-value="disarmed">disarmed until 20\d\d-\d\d-\d\d \d\d:00 UTC/,
	);
});
