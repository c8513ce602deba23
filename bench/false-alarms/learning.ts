/**
 * How many alarms a camera raises while it learns what is normal: `node bench/false-alarms/learning.ts FOLDER [--minutes 30]
 * [--budget "1 per day"]`. FOLDER as for `bench/false-alarms.ts`; every stretch of so many minutes is taken for a new camera's first.
 */
import { parseArgs } from 'node:util';
import { Judge } from '../../src/alarm/judge.ts';
import { alarmOptions, falseAlarmsPerHour } from '../../src/alarm/options.ts';
import type { AlarmId } from '../../src/core/units.ts';
import { Normal } from '../../src/score/normal.ts';
import { scoreOptions } from '../../src/score/options.ts';
import { seededRandom } from '../../test/support/random.ts';
import { printTable } from '../support.ts';
import { type Dump, readDumps } from './dump.ts';
import { predictionOf } from './rates.ts';

const { values, positionals } = parseArgs({
	options: { minutes: { type: 'string', default: '30' }, budget: { type: 'string', default: '1 per day' } },
	allowPositionals: true,
});
const { minimumSeconds, releaseSeconds } = alarmOptions.parse({});
const { smoothing } = scoreOptions.parse({});
const minutes = Number(values.minutes);

printTable(readDumps(positionals[0] ?? '.').map(measure));

function measure({ head, calibrate, watch }: Dump) {
	const { framesPerSecond, model, camera } = head;
	const all = [...calibrate, ...watch];
	const length = Math.round(minutes * 60 * framesPerSecond);
	let [stretches, alarms] = [0, 0];
	for (let from = 0; from + length <= all.length; from += length) {
		stretches++;
		const normal = new Normal(
			{
				...head,
				weights: new Map(head.weights),
				source: camera,
				smoothing,
				mask: null,
				minutes,
				falseAlarmsPerHour: falseAlarmsPerHour(values.budget),
				minimumSeconds,
				random: seededRandom(from),
				said: () => ({ normal: [], confirmed: [] }),
			},
			null,
		);
		const judge = new Judge({
			framesPerSecond,
			minimumSeconds,
			releaseSeconds,
			model,
			newAlarmId: () => '' as AlarmId,
		});
		for (const window of all.slice(from, from + length)) {
			const verdict = judge.judge(normal.score(predictionOf(window)), null);
			const started = verdict.kind === 'alarm' && verdict.change === 'started';
			if (started) alarms++;
			normal.judged({ over: false, alarm: verdict.kind === 'alarm', started });
		}
	}
	return { camera: camera.replace(/^.*\//, ''), stretches, alarms };
}
