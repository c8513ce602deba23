import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { alarmRecord } from '../../src/publish/wire.ts';
import { startDaemon } from '../support/daemon.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCENE = { kind: 'scene', seed: 2, width: 256, height: 144, framesPerSecond: 5, bitsPerSecond: 200_000 } as const;
const BAG = { kind: 'left-object', startSeconds: 85, durationSeconds: 45 } as const;
const MINUTES = 2.5;

test('a bag that is left behind alarms and ends when it is taken away; the same minutes without it do not', {
	timeout: 240_000,
}, async () => {
	await using folder = await temporaryFolder();
	const film = async (name: string, oddities: readonly (typeof BAG)[]) => {
		const path = join(folder.path, `${name}.mkv`);
		await writeSceneRecording(path, { ...SCENE, oddities, minutes: MINUTES });
		return {
			source: { kind: 'file', path, pace: 'fast' },
			detector: { name: 'linear-extrapolation' },
			score: { calibrationMinutes: 0.5 },
			alarm: { falseAlarms: '1 per hour' },
			standing: { afterSeconds: 10 },
		};
	};
	await using daemon = await startDaemon({
		mqtt: { enabled: false },
		cameras: { bag: await film('bag', [BAG]), none: await film('none', []) },
	});
	const get = async (path: string) => (await fetch(`${daemon.http}/api/v1/${path}`)).json();
	const ended = daemon.line(/bag: ALARM ended.*something stands there/, 200_000);
	await Promise.all(['bag', 'none'].map((camera) => daemon.line(new RegExp(`${camera}: .*ended`), 200_000)));
	await ended;

	const { alarms } = (await get('alarms?limit=100')) as { alarms: unknown[] };
	const standing = alarms.map((one) => alarmRecord.parse(one)).filter(({ why }) => why === 'standing');
	assert.deepEqual(
		standing.map(({ camera, standing, end_reason }) => [camera, standing?.kind, end_reason]),
		[['bag', 'left', 'over']],
	);
	const [alarm] = standing;
	const lasted = (alarm!.end_time_ms! - alarm!.start_time_ms) / 1000;
	assert.ok(lasted > BAG.durationSeconds - 3 && lasted < BAG.durationSeconds + 12, `it lasted ${lasted} s`);
	assert.equal(alarm!.start_time_ms, alarm!.standing!.since_ms);
	assert.ok(alarm!.peak_score >= alarm!.threshold);
	const explanation = (await get(`alarms/${alarm!.id}/explanation`)) as { text: string };
	assert.match(explanation.text, /something stands where nothing stood/);
});
