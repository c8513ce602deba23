import { basename, dirname } from 'node:path';
import type { AlarmOptions } from '../alarm/options.ts';
import { falseAlarmsPerHour } from '../alarm/options.ts';
import { strangeRegions } from '../alarm/region.ts';
import type { Channel, HeatMap } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import { type Clip, type LabelledClip, pickClips } from '../ingest/dataset.ts';
import { calibrate } from '../score/calibrate.ts';
import { type FootageWindow, footageOf } from '../score/footage.ts';
import { CalibratedScorer } from '../score/scorer.ts';
import { countAlarms } from './alarm-figures.ts';
import { ClipJudge, type ClipJudgeOptions, type JudgedAlarm } from './clip-judge.ts';
import { type Event, eventsOf, kindsIn } from './events.ts';
import { frameFigures } from './figures.ts';
import type { Moment } from './html/worst-moments.ts';
import { kindFigures } from './kinds.ts';
import { levelPoints } from './levels.ts';
import { MemoryTally } from './memory-tally.ts';
import { percentilesOf } from './metrics.ts';
import { regionFigures } from './regions/region-figures.ts';
import type { ClipSeries, EvaluationReport, WindowSeries } from './report.ts';
import { openShower, type Shower, type ShowRequest } from './shower.ts';
import { truthOf } from './truth.ts';

export interface EvaluateRequest extends ShowRequest {
	/** What each channel counts in the combined score; null takes the detector's own. */
	readonly weights: ReadonlyMap<Channel, number> | null;
	/** Training clips to calibrate on; best those the model has not learned from. null takes all. */
	readonly calibrationClips: readonly string[] | null;
	/** null takes the detector's own, else the data set's. */
	readonly framesPerSecond: number | null;
	/** Weight of the newest window in the running mean. */
	readonly smoothing: number;
	/** What alarms are judged by; while one is open or pending the memory learns nothing. */
	readonly alarm: AlarmOptions;
	/** Told of every test window as it is judged, with the events of its clip. */
	readonly see?: (moment: Moment, events: readonly Event[], tailSeconds: number) => void;
}

/**
 * Shows a detector what a camera would have: normal clips to calibrate on, then the test clips, one after the other. A
 * memory goes on from clip to clip, as it does on a camera.
 * @throws ForeframeError DATASET_INVALID, CALIBRATION_INVALID
 */
export async function evaluate(request: EvaluateRequest): Promise<EvaluationReport> {
	const { dataset, detector, smoothing, alarm } = request;
	const weights = request.weights ?? detector.weights;
	const normal = request.calibrationClips === null ? dataset.training : pickClips(dataset, request.calibrationClips);
	const framesPerSecond = request.framesPerSecond ?? detector.expects.framesPerSecond ?? dataset.framesPerSecond;
	const shower = await openShower(request, [...normal, ...dataset.testing], framesPerSecond);
	const tally = new MemoryTally();

	const calibration = calibrate({
		footage: footageOf(await watchNormal(shower, normal, tally), detector.channels),
		framesPerSecond,
		size: shower.size,
		model: detector.model,
		smoothing,
		weights,
		source: `${dataset.name}: ${normal.map(({ name }) => name).join(', ')}`,
		memory: shower.camera.saveState(),
	});
	if (calibration.gate !== null) shower.camera.setGate(calibration.gate);

	const budgetPerHour = falseAlarmsPerHour(alarm.falseAlarms);
	const scorer = new CalibratedScorer(calibration, budgetPerHour, alarm.minimumSeconds);
	const { level, extrapolated } = scorer.level;
	const { minimumSeconds, releaseSeconds } = alarm;
	const judging = { framesPerSecond, minimumSeconds, releaseSeconds, model: detector.model };
	const tailSeconds = Math.max(minimumSeconds, releaseSeconds);
	const tested: TestedClip[] = [];
	for (const clip of dataset.testing) {
		tested.push(await watchTest(request, { shower, scorer, tally, judging: { ...judging, level }, tailSeconds }, clip));
	}

	const { clips: told, outcome, normalHours } = countAlarms(tested, framesPerSecond, tailSeconds);
	const clips: ClipSeries[] = tested.map(({ clip, windows }, index) => ({
		clip: clip.name,
		folder: dirname(clip.pictures[0]!),
		windows,
		...told[index]!,
	}));
	return {
		dataset: dataset.name,
		detector: detector.name,
		model: detector.model,
		size: shower.size,
		framesPerSecond,
		calibration: {
			clips: normal.map(({ name }) => name),
			windows: calibration.footage.windows,
			effectiveWindows: calibration.uncertainty.effectiveWindows,
			smoothing,
			weights: Object.fromEntries(weights),
		},
		...frameFigures(clips, detector.channels),
		alarms: {
			level,
			budgetPerHour,
			extrapolated,
			minimumSeconds,
			releaseSeconds,
			tailSeconds,
			normalHours,
			...outcome,
		},
		levels: levelPoints(tested, { ...judging, tailSeconds }),
		kinds: kindFigures(clips, detector.channels),
		regions: tested.some(({ hasTruth }) => !hasTruth) ? null : regionFigures(tested.flatMap(regionFrames)),
		memory: tally.figures(),
		msPerWindow: percentilesOf(shower.tookMs) ?? { p50: 0, p95: 0 },
		clips,
	};
}

/** A test clip with all that was seen and said of it. */
interface TestedClip {
	readonly clip: LabelledClip;
	readonly events: readonly Event[];
	readonly windows: readonly WindowSeries[];
	readonly scores: readonly Score[];
	readonly errorMaps: readonly HeatMap[];
	readonly verdicts: readonly WindowSeries['verdict'][];
	readonly alarms: readonly JudgedAlarm[];
	/** Whether it is known where its anomalous things are. */
	readonly hasTruth: boolean;
}

async function watchNormal(shower: Shower, clips: readonly Clip[], tally: MemoryTally): Promise<FootageWindow[]> {
	const footage: FootageWindow[] = [];
	for (const clip of clips) {
		for await (const { window } of shower.windows(clip)) {
			const prediction = await shower.detect(window, false);
			tally.calibration(prediction);
			const { run, index, capturedAt } = window.target;
			footage.push({ run, index, capturedAt, channels: prediction.channels });
		}
	}
	return footage;
}

interface Testing {
	readonly shower: Shower;
	readonly scorer: CalibratedScorer;
	readonly tally: MemoryTally;
	readonly judging: ClipJudgeOptions;
	readonly tailSeconds: number;
}

async function watchTest(
	{ dataset, files, see }: EvaluateRequest,
	{ shower, scorer, tally, judging, tailSeconds }: Testing,
	clip: LabelledClip,
): Promise<TestedClip> {
	const truth = await truthOf(clip, files);
	const events = eventsOf(clip, dataset.framesPerSecond);
	const judge = new ClipJudge(judging);
	const windows: WindowSeries[] = [];
	const scores: Score[] = [];
	const errorMaps: HeatMap[] = [];
	for await (const { window, picture } of shower.windows(clip)) {
		const frozen = judge.alert;
		const prediction = await shower.detect(window, frozen);
		const { channels, heatMap, memory } = prediction;
		const anomalous = clip.anomalous[picture]!;
		tally.test(prediction, { frozen, anomalous });
		const score = scorer.score(prediction);
		const seconds = picture / dataset.framesPerSecond;
		const judged: WindowSeries = {
			picture,
			file: basename(clip.pictures[picture]!),
			seconds,
			anomalous,
			kinds: kindsIn(clip.oddities, picture, picture),
			surprise: score.surprise!,
			why: score.why,
			channels: Object.fromEntries(channels),
			verdict: judge.judge(score, heatMap, seconds),
			strangest: strangeRegions(heatMap, 1)[0] ?? null,
			truth: truth?.[picture] ?? [],
			memoryUpdated: memory === null ? null : memory.updated,
		};
		see?.({ clip: clip.name, window: judged, prediction }, events, tailSeconds);
		windows.push(judged);
		scores.push(score);
		errorMaps.push(heatMap);
	}
	return {
		clip,
		events,
		windows,
		scores,
		errorMaps,
		verdicts: windows.map(({ verdict }) => verdict),
		alarms: judge.close(),
		hasTruth: truth !== null,
	};
}

function regionFrames({ clip, windows, errorMaps }: TestedClip) {
	return windows.map(({ surprise, truth }, index) => ({
		clip: clip.name,
		surprise,
		heatMap: errorMaps[index]!,
		truth,
	}));
}
