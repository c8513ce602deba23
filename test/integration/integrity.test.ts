import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stringify } from 'yaml';
import { run as calibrate } from '../../src/commands/calibrate.ts';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { recordedIo } from '../support/command-io.ts';
import { type Outcome, runTroubles, type Site, TROUBLES, type Watching } from '../support/misbehaving-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCENE = { width: 320, height: 180, framesPerSecond: 10 } as const;
const DETECTOR = { name: 'linear-extrapolation' } as const;

/** A calibration for the same scene as the cameras show, from earlier. */
async function calibrated(folder: string): Promise<Watching> {
	const [video, config, calibration] = ['walkway.mkv', 'foreframe.yaml', 'pack.json'].map((name) => join(folder, name));
	const scene = { ...SCENE, kind: 'scene', seed: 1, oddities: 'none', startSeconds: 5000 } as const;
	await writeSceneRecording(video!, { ...scene, minutes: 5 });
	const camera = { source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/stream' }, detector: DETECTOR };
	await writeFile(config!, stringify({ cameras: { walkway: camera }, record: { folder: join(folder, 'state') } }));
	const io = recordedIo();
	const args = ['--config', config!, '--video', video!, '--minutes', '4', '--out', calibration!];
	assert.equal(await calibrate(args, io), 0, io.err());
	return { detector: DETECTOR, calibration: calibration!, scene: SCENE };
}

function sentence({ camera, misbehave, secondsToTell, others, dropped, anomalies }: Outcome): string {
	return `${camera} ${misbehave}: told after ${secondsToTell} s, others ${others.join(' ') || 'none'}, ${dropped} windows dropped, ${anomalies} anomalies`;
}

describe('A camera that no longer shows what it should, over RTSP', () => {
	test('each fault is told in time, what only passes is no fault, and none of it is an anomaly', {
		timeout: 400_000,
	}, async (context) => {
		await using folder = await temporaryFolder();
		const outcomes = await runTroubles(TROUBLES satisfies Site, await calibrated(folder.path));
		for (const outcome of outcomes) context.diagnostic(sentence(outcome));
		assert.deepEqual(outcomes.filter(({ anomalies }) => anomalies > 0).map(sentence), []);
		assert.deepEqual(outcomes.filter(({ others }) => others.length > 0).map(sentence), []);
		const late = outcomes.filter(
			({ fault, secondsToTell, withinSeconds }) =>
				fault !== null && (secondsToTell === null || secondsToTell > withinSeconds),
		);
		assert.deepEqual(late.map(sentence), []);
		const judged = outcomes.filter(({ fault, disturbance, dropped }) => (fault ?? disturbance) && dropped === 0);
		assert.deepEqual(judged.map(sentence), []);
	});
});
