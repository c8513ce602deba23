/**
 * What a false alarm's feedback changes: `node bench/feedback.ts [--each 2] [--seed 1] [--budget "6 per hour"] [--json]`.
 *
 * Oddities of the simulated walkway are played to the shipped model with the demo's calibration. Then each one that alarmed is
 * called a false alarm in turn: it is played again, also as it would be seen a tenth of a second later with other noise, and so
 * are the others; then the feedback is taken back. A row for each: the highest score before and after, and what became of the
 * others' alarms.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openMnad } from '../src/detect/mnad/mnad.ts';
import { readModel } from '../src/detect/mnad/model.ts';
import { openInference } from '../src/onnx/inference.ts';
import { readCalibration } from '../src/score/calibration-file.ts';
import { type OddClip, openFeedbackRig, type Played } from '../test/support/feedback-rig.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({
	options: {
		each: { type: 'string', default: '2' },
		seed: { type: 'string', default: '1' },
		budget: { type: 'string', default: '6 per hour' },
		json: { type: 'boolean', default: false },
	},
});
const MODELS = fileURLToPath(new URL('../models', import.meta.url));
const KINDS = ['cyclist', 'runner', 'cart'] as const;
const clips: OddClip[] = KINDS.flatMap((kind, place) =>
	Array.from({ length: Number(values.each) }, (_, n) => ({ kind, atSeconds: 4000 + 120 * (n * KINDS.length + place) })),
);

await using inference = await openInference(
	{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
	{ observe: () => {} },
);
await using detector = openMnad({
	model: await readModel(join(MODELS, 'mnad-compact', '5fps')),
	memory: 'frozen',
	inference,
});
const calibration = await readCalibration(join(MODELS, 'calibration', 'demo-walkway.json'));
await using rig = await openFeedbackRig({
	detector,
	calibration,
	seed: Number(values.seed),
	falseAlarms: values.budget,
});

const before: Played[] = [];
for (const clip of clips) before.push(await rig.play(clip));
const rows = [];
for (const [place, clip] of clips.entries()) {
	const { alarms, peak } = before[place]!;
	if (alarms.length === 0) continue;
	await rig.say(alarms, 'false-alarm');
	const again = await rig.play(clip);
	const later = await rig.play({ ...clip, laterSeconds: 0.1 });
	const others = { same: [] as string[], other: [] as string[] };
	let kept = 0;
	for (const [which, other] of clips.entries()) {
		if (which === place || before[which]!.alarms.length === 0) continue;
		const played = await rig.play(other);
		const share = (100 * played.peak) / before[which]!.peak;
		(other.kind === clip.kind ? others.same : others.other).push(share.toFixed(0));
		if (other.kind !== clip.kind && played.alarms.length > 0) kept++;
	}
	await rig.say(alarms, 'undo');
	rows.push({
		'false alarm': `${clip.kind} at ${clip.atSeconds} s`,
		'score before': peak.toFixed(2),
		again: again.peak.toFixed(2),
		later: later.peak.toFixed(2),
		alarms: `${alarms.length} -> ${again.alarms.length}, ${later.alarms.length}`,
		'of other kinds still alarm': `${kept} of ${others.other.length}`,
		'their scores, %': others.other.join(' '),
		'same kind, %': others.same.join(' '),
	});
}
const about = { level: rig.level, budget: values.budget, seed: Number(values.seed) };
if (values.json) console.log(JSON.stringify({ ...about, rows }));
else {
	console.log(`level ${rig.level.toFixed(2)} (${values.budget}), seed ${about.seed}`);
	printTable(rows);
}
