/** What is told of a camera that no longer shows what it should, how soon, and how many anomaly alarms come of it: none. */
import { parseArgs } from 'node:util';
import { runTroubles, TROUBLES, WITH_MODEL } from '../test/support/misbehaving-site.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const outcomes = await runTroubles(TROUBLES, WITH_MODEL);
const rows = outcomes.map(
	({ misbehave, fault, disturbance, secondsToTell, secondsToMessage, others, dropped, anomalies }) => ({
		misbehaviour: misbehave,
		told: fault ?? disturbance ?? 'nothing',
		'seconds to tell': secondsToTell ?? '-',
		'to the message': secondsToMessage ?? '-',
		'other faults': others.join(' ') || '-',
		'windows not judged': dropped,
		'anomaly alarms': anomalies,
	}),
);
if (values.json) console.log(JSON.stringify(rows));
else printTable(rows);
