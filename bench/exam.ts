// How well detectors tell synthetic oddities from held-out normal footage: the exam that decides about promotion, kind by
// kind, and with --combinations what other weights of the channels would give. No labels of any test set are looked at.
//
//   node bench/exam.ts [--dataset ../shared/data/ped2] [--model models/mnad-compact/10fps ...] [--windows 100] [--seed 5]
//     [--frames-per-second 10] [--combinations] [--json]
//
// Clips held out are those the first model names, else the data set's last two.
import { parseArgs } from 'node:util';
import { CHANNELS, type Channel } from '../src/core/prediction.ts';
import type { Detector } from '../src/detect/detector.ts';
import { openLinearExtrapolation } from '../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { openMnad } from '../src/detect/mnad/mnad.ts';
import { type MnadModel, readModel } from '../src/detect/mnad/model.ts';
import { readDataset } from '../src/ingest/dataset.ts';
import { readClips } from '../src/learn/clips.ts';
import { sitExam } from '../src/learn/exam.ts';
import { examFigures } from '../src/learn/exam-figures.ts';
import type { ExamReport } from '../src/learn/exam-report.ts';
import { judgePromotion } from '../src/learn/promotion.ts';
import { openInference } from '../src/onnx/inference.ts';
import { combine } from '../src/score/combine.ts';
import { printTable } from './support.ts';

const { values: options } = parseArgs({
	options: {
		dataset: { type: 'string', default: '../shared/data/ped2' },
		model: { type: 'string', multiple: true, default: ['models/mnad-compact/10fps'] },
		windows: { type: 'string', default: '100' },
		seed: { type: 'string', default: '5' },
		'frames-per-second': { type: 'string' },
		combinations: { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
	},
});

const COMBINATIONS: readonly Partial<Record<Channel, number>>[] = [
	{ patch: 1 },
	{ motion: 1 },
	{ patch: 1, motion: 1 },
	{ patch: 1, motion: 2 },
	{ patch: 1, motion: 1, distance: 0.2 },
	{ patch: 1, motion: 1, distance: 1 },
];

const models = await Promise.all(options.model.map(readModel));
const { heldOut } = models[0]!.manifest.training;
const dataset = await readDataset(options.dataset);
const framesPerSecond = Number(options['frames-per-second'] ?? models[0]!.manifest.framesPerSecond);
const named = dataset.training.filter(({ name }) => heldOut.includes(`${dataset.name}/${name}`));
const training = named.length > 0 ? named : dataset.training.slice(-2);
const signal = new AbortController().signal;
const clips = await readClips({ ...dataset, training }, framesPerSecond, signal, () => {});

await using inference = await openInference(
	{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
	{ observe: () => {} },
);
const reports: ExamReport[] = [await sit(openLinearExtrapolation())];
for (const model of models) reports.push(await sit(openModel(model)));

const [baseline, ...examined] = reports as [ExamReport, ...ExamReport[]];
const judgements = examined.map((report, index) => judgePromotion(index === 0 ? baseline : examined[0]!, report));
if (options.json) {
	console.log(JSON.stringify({ ...options, reports: reports.map(({ windows: _, ...rest }) => rest), judgements }));
} else {
	console.log(
		`${dataset.name}, held-out clips ${training.map(({ name }) => name).join(', ')}, ${framesPerSecond} fps:`,
	);
	console.log('AUC, % (told at 1 % false, %)');
	printTable(examRows());
	for (const report of examined) {
		console.log(`\n${report.model.id} ${report.model.version}: each channel alone, AUC, %`);
		printTable(
			report.oddities.map(({ oddity, channels }) => ({
				oddity,
				...Object.fromEntries(
					CHANNELS.filter((name) => name in channels).map((name) => [name, percent(channels[name]!)]),
				),
			})),
		);
		if (options.combinations) {
			console.log('\nby the weights of its channels, AUC, % (told at 1 % false, %)');
			printTable(combinationRows(report));
		}
	}
	for (const { why } of judgements) console.log(`\n${why}`);
}

function openModel(model: MnadModel): Detector {
	return openMnad({ model, memory: 'frozen', inference });
}

async function sit(detector: Detector): Promise<ExamReport> {
	await using opened = detector;
	const [windows, seed] = [Number(options.windows), Number(options.seed)];
	// Awaited here: the detector is closed on return.
	return await sitExam(opened, clips, { windows, seed, framesPerSecond, signal });
}

function examRows(): Record<string, string>[] {
	const rows = baseline.oddities.map(({ oddity, weight, windows }, index) => ({
		oddity,
		counts: String(weight),
		windows: String(windows),
		...Object.fromEntries(reports.map((report) => [report.model.id, cell(report.oddities[index]!)])),
		'controls told': reports.map((report) => percent(report.oddities[index]!.controlsTold)).join(' / '),
	}));
	const all = Object.fromEntries(reports.map((report) => [report.model.id, cell(report)]));
	return [...rows, { oddity: 'overall', counts: '', windows: '', ...all, 'controls told': '' }];
}

function combinationRows({ windows, falseShare }: ExamReport): Record<string, string>[] {
	return COMBINATIONS.map((weighted) => {
		const weights = new Map(Object.entries(weighted) as [Channel, number][]);
		const rescored = windows.map((window) => ({
			...window,
			combined: combine(Object.entries(window.channels) as [Channel, number][], weights),
		}));
		const figures = examFigures(rescored, falseShare);
		const name = [...weights].map(([channel, weight]) => (weight === 1 ? channel : `${weight} ${channel}`)).join(' + ');
		return {
			weights: name,
			...Object.fromEntries(figures.oddities.map((one) => [one.oddity, cell(one)])),
			overall: cell(figures),
		};
	});
}

function cell({ auc, told }: { readonly auc: number; readonly told: number }): string {
	return `${percent(auc)} (${percent(told)})`;
}

function percent(value: number): string {
	return (100 * value).toFixed(1);
}
