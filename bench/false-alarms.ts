/**
 * How many false alarms hours of normal footage raise, against how many each budget allows:
 * `node bench/false-alarms.ts FOLDER [--chosen-on walkway-11,walkway-12] [--smoothing 0.3] [--json]`.
 *
 * FOLDER holds raw scores by `node bench/false-alarms/dump-scores.ts`, so that calibration and judge can be tried again and again in
 * seconds. Each camera is calibrated on its first hours and watched on others, calibrated anew every hour as the daemon does it.
 */
import { parseArgs } from 'node:util';
import { alarmOptions, falseAlarmsPerHour } from '../src/alarm/options.ts';
import { scoreOptions } from '../src/score/options.ts';
import { readDumps } from './false-alarms/dump.ts';
import { poissonInterval } from './false-alarms/poisson.ts';
import { calibrationOf, measureRate } from './false-alarms/rates.ts';
import { printTable } from './support.ts';

const { values, positionals } = parseArgs({
	options: {
		'chosen-on': { type: 'string', default: 'walkway-11,walkway-12' },
		smoothing: { type: 'string', default: String(scoreOptions.parse({}).smoothing) },
		json: { type: 'boolean', default: false },
	},
	allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) throw new Error('A folder with raw scores is wanted');
const BUDGETS = ['12 per hour', '1 per hour', '1 per day'] as const;
const { minimumSeconds, releaseSeconds } = alarmOptions.parse({});
const chosenOn = values['chosen-on'].split(',');

interface Row {
	readonly camera: string;
	readonly budget: (typeof BUDGETS)[number];
	readonly hours: number;
	readonly allowed: number;
	/** As the judge starts them. */
	readonly alarms: number;
	/** Without a minimum duration. */
	readonly onsets: number;
	/** By the first calibration alone. */
	readonly frozen: number;
	/** At the end. */
	readonly level: number;
}

const rows: Row[] = [];
for (const dump of readDumps(folder)) {
	const { camera } = dump.head;
	const first = calibrationOf(dump, Number(values.smoothing));
	for (const budget of BUDGETS) {
		const perHour = falseAlarmsPerHour(budget);
		const asJudged = { dump, perHour, minimumSeconds, releaseSeconds };
		const followed = measureRate(asJudged, first, true);
		const { hours, level } = followed;
		rows.push({
			camera: camera.replace(/^.*\//, '').replace(':', '-'),
			budget,
			hours,
			allowed: perHour * hours,
			alarms: followed.alarms,
			onsets: measureRate({ ...asJudged, minimumSeconds: 0 }, first, true).alarms,
			frozen: measureRate(asJudged, first, false).alarms,
			level,
		});
	}
}

const groups: [string, (row: Row) => boolean][] = [
	['all', () => true],
	['chosen on', ({ camera }) => chosenOn.includes(camera)],
	['others', ({ camera }) => !chosenOn.includes(camera)],
];
const sums = groups.flatMap(([camera, isIn]) =>
	BUDGETS.map((budget) =>
		sumOf(
			camera,
			rows.filter((row) => row.budget === budget && isIn(row)),
		),
	),
);
if (values.json) console.log(JSON.stringify({ minimumSeconds, releaseSeconds, rows, sums }));
else {
	printTable(rows.map(shown));
	console.log();
	printTable(sums.map(shown));
}

function sumOf(camera: string, of: readonly Row[]): Row {
	const sum = (key: 'hours' | 'allowed' | 'alarms' | 'onsets' | 'frozen') => of.reduce((all, row) => all + row[key], 0);
	return {
		camera,
		budget: of[0]?.budget ?? BUDGETS[0],
		hours: sum('hours'),
		allowed: sum('allowed'),
		alarms: sum('alarms'),
		onsets: sum('onsets'),
		frozen: sum('frozen'),
		level: of.reduce((all, row) => all + row.level / of.length, 0),
	};
}

function shown(row: Row) {
	const [low, high] = poissonInterval(row.allowed);
	return {
		camera: row.camera,
		budget: row.budget,
		hours: row.hours.toFixed(1),
		allowed: row.allowed.toFixed(1),
		'95 %': `${low}…${high}`,
		alarms: row.alarms,
		'': row.alarms >= low && row.alarms <= high ? 'within' : 'outside',
		'of any length': row.onsets,
		'first calibration': row.frozen,
		level: row.level.toFixed(2),
	};
}
