import type { Channel } from '../../core/prediction.ts';

/** Whatever the report says in words. */
export const texts = {
	title: (dataset: string) => `How well is ${dataset} watched?`,
	seconds: 's',
	contents: 'Contents',
	none: '–',

	about: (detector: string, model: string, size: string, rate: string, frames: string, anomalous: string) =>
		`${detector} (${model}) at ${size} and ${rate} frames a second. ${frames} pictures of the test clips were scored, ` +
		`${anomalous} of them labelled as odd.`,
	calibrated: (windows: string, worth: string, clips: string) =>
		`Its scale was fitted to ${windows} windows of normal footage (worth ${worth} independent ones): ${clips}.`,
	verdict: (found: number, events: number, before: string | null, falseAlarms: number, normal: string) =>
		`${events === 0 ? 'There were no labelled events to find' : `${found} of ${events} labelled events were found`}` +
		`${before === null ? '' : ` (${before})`}. ` +
		`There ${falseAlarms === 1 ? 'was' : 'were'} ${falseAlarms === 0 ? 'no false alarms' : counted(falseAlarms, 'false alarm')} ` +
		`in ${normal} of normal footage.`,

	sections: {
		figures: 'In figures',
		clips: 'Clip by clip',
		misses: 'Worst misses',
		falseAlarms: 'Worst false alarms',
		curves: 'If the level were another',
		kinds: 'By kind of oddity',
		channels: 'By channel',
		memory: 'What the memory does',
	},

	howMeasured: 'How this is measured',
	tiles: {
		events: {
			name: 'Events found',
			value: (found: number, events: number) => `${found} of ${events}`,
			plain: (level: string, budget: string) =>
				`raised an alarm while they went on, with the level at ${level}: a budget of ${budget}.`,
			how:
				'An event is a run of pictures that are labelled as odd. It is found when an alarm is told while it goes on, or ' +
				'when one told in an event before is still open. Where only a false alarm was open, the event was told before it ' +
				'began, which does not count as found. ' +
				'The level follows from the budget and the normal footage alone; the labels have no part in it.',
			before: (events: number) => `${events} more told before ${events === 1 ? 'it' : 'they'} began`,
			extrapolated: 'The normal footage is too short to know this level: it is extrapolated.',
		},
		falseAlarms: {
			name: 'False alarms',
			plain: (normal: string, rate: string) => `in ${normal} of normal test footage: ${rate} an hour on one camera.`,
			plainShort: (normal: string) => `in ${normal} of normal test footage, which is too little to tell a rate.`,
			rate: (rate: string) => `Here that is ${rate} an hour.`,
			how:
				'Alarms told where nothing is labelled as odd. One told in the moments after an event, while the score falls, is ' +
				'counted apart as a tail: neither found nor false.',
			tails: (tails: number) => `${counted(tails, 'tail')} here.`,
			short: 'So little footage cannot show how seldom false alarms are: for that, evaluate hours of normal footage.',
		},
		delay: {
			name: 'Time to detect',
			plain: (p95: string) => `for half of the events that were found; 19 in 20 of them within ${p95}.`,
			how:
				'From the first scored picture of an event until its alarm is told. The score has to stay over its level for a ' +
				'moment first, which is part of it. Events that were missed are not in this figure.',
		},
		global: {
			name: 'AUC, one scale',
			plain: 'the chance that an odd picture scores higher than a normal one, as a camera in service would see it.',
			how:
				'Area under the ROC curve over the pictures of all clips. Every score is known the moment its picture arrives, on ' +
				'the scale fitted to normal footage beforehand. 50 % is guessing. This is the figure to go by.',
		},
		perVideo: {
			name: 'AUC, per video',
			plain: 'the same, with every clip stretched to its own lowest and highest score: only to compare with papers.',
			how:
				'The literature’s habit. It needs the finished clip and so cannot be had live, and it helps clips that are odd ' +
				'throughout.',
			macro: (value: string) => `The mean of the clips that hold both kinds of pictures (macro AUC) is ${value}.`,
		},
		precision: {
			name: 'Average precision',
			plain: (eer: string) => `and an equal error rate of ${eer}.`,
			how: (base: string) =>
				'The share of odd pictures among those over a level, averaged over all levels. Guessing would give the share of ' +
				`odd pictures, here ${base}. The equal error rate is where the share of odd pictures that are missed equals the ` +
				'share of normal ones that are told.',
		},
		regions: {
			name: 'Places found (RBDC)',
			plain: (tbdc: string) => `and ${tbdc} of the tracks (TBDC), by the box that an alarm shows.`,
			how: (beta: string, alpha: string) =>
				`A place that is odd is found where a box covers it with an intersection over union of ${beta}, a track where ${alpha} ` +
				'of its places are; averaged up to one false box a picture (Ramachandra and Jones, 2020).',
		},
		speed: {
			name: 'Time for a window',
			plain: (p95: string) => `and 19 in 20 within ${p95}, one after the other on the machine that made this report.`,
			how: 'What the detector alone takes for one window. Decoding and scoring are not in it.',
		},
	},

	clips: {
		intro:
			'Every test clip on the same axes: seconds to the right, surprise upwards. A surprise of 3 is seen in one of 1000 normal ' +
			'windows. Point at a curve, or choose it and use the arrow keys, to read it.',
		legend: { curve: 'score', level: 'level for an alarm', labelled: 'labelled as odd' },
		clipped: (most: string) => `Scores above ${most} are drawn at the top.`,
		clip: (name: string) => `Clip ${name}`,
		auc: (value: string) => `AUC ${value}`,
		events: (found: number, events: number) => `${found} of ${events} events found`,
		event: 'event',
		found: (kinds: string, after: string) => `${kinds} found after ${after}`,
		missed: (kinds: string) => `${kinds} missed`,
		toldBefore: (kinds: string) => `${kinds} told before it began`,
		noEvents: 'nothing odd',
		falseAlarms: (count: number) => counted(count, 'false alarm'),
		describe: (peak: string, labelled: string, alarms: string) =>
			`The highest score is ${peak}. Labelled as odd: ${labelled}. Alarms: ${alarms}.`,
		labelledSpan: (kinds: string, from: string, to: string) =>
			`${kinds === '' ? 'labelled as odd' : kinds}, ${from} to ${to}`,
		alarmSpan: (outcome: string, from: string, to: string, peak: string, why: string) =>
			`${outcome}, ${from} to ${to}, up to ${peak}, because of ${why}`,
		outcomes: { true: 'alarm in an event', tail: 'alarm just after one', false: 'false alarm' },
		nothing: 'nothing',
		table: 'The clips as a table',
		columns: {
			clip: 'Clip',
			frames: 'Pictures scored',
			anomalous: 'of them odd',
			auc: 'AUC',
			peak: 'Highest score',
			events: 'Events found',
			delay: 'Found after',
			falseAlarms: 'False alarms',
		},
	},

	moments: {
		missesIntro:
			'Pictures that are labelled as odd and scored lowest. The first second of an event is left out: that is the time to detect.',
		falseIntro: (tail: string) =>
			`Pictures with nothing labelled that scored highest. The ${tail} after an event are left out, in which the score falls.`,
		noMisses: 'Nothing was labelled as odd for longer than a second.',
		noFalse: 'There was no normal picture.',
		falseButUnder: 'None of them reached the level: these came nearest to it.',
		missesButOver: 'None of them was under the level: these came nearest to it.',
		error: (most: string) => `Heat: the error of the prediction, from none to ${most} of 255 grey levels.`,
		probability: (most: string) => `Heat: how probably what moves there is odd, from 0 to ${most} %.`,
		boxes: 'Solid box: where an alarm would point. Dashed box: where the labels see something odd.',
		line: (seconds: string, picture: string) => `at ${seconds} (${picture})`,
		score: (score: string, level: string, over: boolean) =>
			`score ${score}, ${over ? 'over' : 'under'} the level of ${level}`,
		why: (channel: string) => `strangest by ${channel}`,
		labelled: (kinds: string) => `labelled: ${kinds}`,
		verdicts: {
			quiet: 'no alarm at this moment',
			pending: 'on the brink of an alarm',
			alarm: 'an alarm was open',
		},
		heat: 'Seen, with what is strange as heat',
		predicted: 'Predicted',
		seen: 'Seen',
	},

	curves: {
		intro:
			'A lower level finds more and tells more falsely. The score itself is judged by the first two; the alarms it leads to by the others.',
		combined: 'all together',
		best: 'best of all levels',
		here: 'at the level of this report',
		roc: 'ROC',
		precisionRecall: 'Precision and recall',
		alarms: 'Events against false alarms',
		kinds: 'ROC by kind of oddity',
		regions: 'Places found',
		short: (normal: string) =>
			`With only ${normal} of normal footage one false alarm more or less moves the curve of false alarms per hour a long way.`,
		axes: {
			falselyTold: 'normal pictures over the level, %',
			told: 'odd pictures over the level, %',
			recall: 'odd pictures over the level, %',
			precision: 'odd among those over it, %',
			falseAlarms: 'false alarms per camera-hour',
			events: 'events found, %',
			falsePlaces: 'false boxes a picture',
			places: 'odd places found, %',
		},
		alarmBox: 'the box of an alarm',
		heatMap: 'all boxes over a threshold',
		describe: (lines: readonly string[]) => `Area under each line: ${lines.join(', ')}.`,
		describeAlarms: (recall: string, rate: string) =>
			`At the level of this report ${recall} of the events are found with ${rate} false alarms an hour.`,
		atMost: (events: string) => `up to ${events}`,
	},

	levels: {
		title: 'Other levels as a table',
		here: (level: string) => `${level} (this report)`,
		columns: {
			level: 'Level',
			events: 'Events found',
			p50: 'Half of them after',
			p95: '19 in 20 after',
			falseAlarms: 'False alarms',
			perHour: 'An hour',
			share: 'Normal time under alarm',
		},
	},

	channels: {
		intro: 'Each way of being strange alone, by raw scores that are not smoothed. Only those with a weight count.',
		columns: {
			channel: 'Channel',
			weight: 'Weight',
			global: 'AUC, one scale',
			perVideo: 'AUC, per video',
			meaning: 'What it tells',
		},
		meaning: {
			patch: 'how wrong the prediction is where it is most wrong',
			psnr: 'how wrong the prediction is over the whole picture',
			regular: 'how wrong it is, weighted as MNAD’s gate does',
			distance: 'how unlike anything in the memory a place looks',
			motion: 'how fast something moves',
			oddity:
				'how odd a movement is for its place, as far as it has learned: prediction, memory and motion weighed together',
		} satisfies Record<Channel, string>,
		combined: 'all together',
		combinedMeaning: 'the weighted mean of what is rare, smoothed over time: what alarms go by',
	},

	kinds: {
		intro: 'Each kind of oddity against all normal pictures, on one scale.',
		columns: {
			kind: 'Kind',
			frames: 'Pictures',
			found: 'Events found',
			delay: 'Found after',
			combined: 'AUC, all together',
		},
	},

	usage: {
		title: 'How often each memory item was the nearest',
		intro:
			'The memory holds what is normal in a few items. They should share the work: one item that takes all is a memory that has collapsed.',
		items: (effective: string, items: number, normal: string) =>
			`Used as evenly as ${effective} of ${items} items would be, over ${normal} normal windows.`,
		gate: (updated: string, windows: string, frozen: string) =>
			`Over the test clips the gate let ${updated} of ${windows} windows change the memory; at ${frozen} it was frozen because of an alarm or the brink of one.`,
		even: 'if all were used alike',
		description: (shares: readonly number[]) =>
			`${shares.length} items; the most used has ${(100 * Math.max(...shares)).toFixed(1)} % of all queries, the least used ${(100 * Math.min(...shares)).toFixed(1)} %.`,
		item: (number: number, share: string) => `item ${number}${share === '' ? '' : `: ${share}`}`,
	},
} as const;

export function counted(count: number, thing: string): string {
	return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
