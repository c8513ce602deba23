// Keeps memories of a camera until it is killed: one line on stdout for each that is safe. Argument: the state folder.
import { cameraId, utcMs } from '../../src/core/units.ts';
import { stateFiles } from '../../src/record/state-files.ts';
import { memoryHistory } from '../../src/watch/memory-history.ts';

const [folder, from] = process.argv.slice(2);
const camera = cameraId('yard');
const state = stateFiles(folder!, (event) => process.stderr.write(`${JSON.stringify(event)}\n`));
const history = memoryHistory(state, camera, 'memory');
const HOUR = 3_600_000;
for (let n = Number(from); ; n++) {
	const bytes = new Uint8Array(20_000).fill(n % 256);
	// Several at a time, so that the kill meets one on its way.
	await Promise.all([
		state.save(camera, 'memory', bytes),
		history.keep({ at: utcMs(n * HOUR), reason: 'hourly' }, bytes),
		history.keep({ at: utcMs(n * HOUR + 1), reason: 'alarm' }, bytes),
	]);
	process.stdout.write(`${n}\n`);
}
