// Records alarms until it is killed: one line on stdout for each that is safe. Argument: the state folder.
import { systemClock } from '../../src/core/clock.ts';
import { type AlarmId, cameraId, monotonicMs } from '../../src/core/units.ts';
import { recordOptions } from '../../src/record/options.ts';
import { openRecorder } from '../../src/record/recorder.ts';
import { sampleAlarm } from './alarms.ts';

const [folder] = process.argv.slice(2);
const recorder = await openRecorder(recordOptions.parse({ folder }), {
	clock: systemClock,
	observe: (event) => process.stderr.write(`${JSON.stringify(event)}\n`),
});
const camera = cameraId('yard');
const filler = 'x'.repeat(2000);
for (let i = 0; ; i++) {
	const alarm = sampleAlarm({ id: crypto.randomUUID() as AlarmId, camera });
	// Several at a time, so that the kill meets one on its way.
	const saving = [1, 2, 3].map(() =>
		recorder.saveAlarm({ change: 'started', alarm, arrivedAt: monotonicMs(0) }, ({ sequence }) => ({
			topic: 't',
			payload: { sequence, alarm: alarm.id, filler },
		})),
	);
	const memory = recorder.state.save(camera, 'memory', new Uint8Array(200_000).fill(i % 256));
	for (const { sequence } of await Promise.all(saving)) process.stdout.write(`${sequence}\n`);
	await memory;
}
