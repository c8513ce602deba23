import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawScore } from '../../../../src/core/units.ts';
import { reportPage } from '../../../../src/evaluate/html/page.ts';
import { sampleMoment, sampleReport, sampleWindow } from '../../../support/evaluation.ts';

const nothing = { misses: [], falseAlarms: [] };

test('the page says what was found, and asks for nothing outside of itself', async () => {
	const page = await reportPage(sampleReport(), {
		misses: [sampleMoment('01', sampleWindow(12, { anomalous: true, surprise: 2.5 }))],
		falseAlarms: [],
	});
	assert.match(page, /^<!doctype html>\n<html lang="en">/);
	assert.match(
		page,
		/1 of 1 labelled events were found\. There were no false alarms in 1\.0 seconds of normal footage\./,
	);
	assert.match(page, /at 1\.2 s \(12\.jpg\) · score 2\.50, under the level of 3\.00 · strangest by patch/);
	assert.match(page, /There was no normal picture\./);
	for (const [, address] of page.matchAll(/\s(?:href|src)="([^"]*)"/g))
		assert.match(address!, /^(#|data:image\/png;base64,)/);
	assert.doesNotMatch(page, /url\(|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
});

test('names are text wherever they stand', async () => {
	const name = '<script>"x"</script>';
	const sample = sampleReport();
	const clip = sample.clips[0]!;
	const page = await reportPage(
		sampleReport({
			dataset: name,
			detector: name,
			model: { id: name, version: name },
			perVideo: [{ ...sample.perVideo[0]!, clip: name }],
			kinds: [
				{ kind: name, frames: 10, auc: 1, channels: { patch: 1 }, events: 1, eventsDetected: 1, timeToDetect: null },
			],
			clips: [
				{
					...clip,
					clip: name,
					windows: clip.windows.map((window) => ({ ...window, file: name, kinds: window.anomalous ? [name] : [] })),
					events: clip.events.map((event) => ({ ...event, kinds: [name] })),
				},
			],
		}),
		{ misses: [sampleMoment(name, sampleWindow(12, { file: name, kinds: [name], surprise: 0 }))], falseAlarms: [] },
	);
	assert.equal(page.match(/<script/g)?.length, 1, 'the page has one script of its own');
	assert.ok(page.split('&#60;script&#62;').length > 15);
});

test('where nothing was missed or falsely told, the page says so and shows what came nearest', async () => {
	const seen = (surprise: number) => sampleMoment('01', sampleWindow(12, { surprise }));
	const page = await reportPage(sampleReport(), {
		misses: [4, 5, 6, 7].map(seen),
		falseAlarms: [2.9].map(seen),
	});
	assert.match(page, /None of them was under the level: these came nearest to it\./);
	assert.match(page, /None of them reached the level: these came nearest to it\./);
	assert.equal(page.match(/<article class="moment">/g)?.length, 4);
});

test('normal footage alone, without events, makes a page too', async () => {
	const sample = sampleReport();
	const clip = sample.clips[0]!;
	const page = await reportPage(
		sampleReport({
			anomalousFrames: 0,
			auc: { perVideo: null, global: null, macro: null },
			ap: null,
			eer: null,
			channels: { patch: { perVideo: null, global: null } },
			alarms: {
				...sample.alarms,
				events: 0,
				eventsDetected: 0,
				recall: null,
				falseAlarms: 1,
				falseAlarmsPerHour: 0.5,
				timeToDetect: null,
				normalHours: 2,
			},
			levels: [],
			clips: [{ ...clip, windows: clip.windows.map((window) => ({ ...window, anomalous: false })), events: [] }],
		}),
		nothing,
	);
	assert.match(
		page,
		/There were no labelled events to find\. There was 1 false alarm in 2\.0 hours of normal footage\./,
	);
	assert.match(page, /0\.5 an hour on one camera/);
	assert.doesNotMatch(page, /NaN|undefined|null|Infinity/);
	assert.doesNotMatch(page, /class="curves"/);
});

test('an event that only a false alarm was open in was told before it began', async () => {
	const sample = sampleReport();
	const clip = sample.clips[0]!;
	const page = await reportPage(
		sampleReport({
			alarms: { ...sample.alarms, eventsDetected: 0, eventsUnderFalseAlarm: 1, falseAlarms: 1 },
			clips: [
				{
					...clip,
					events: clip.events.map((event) => ({ ...event, detectedAfterSeconds: null, underFalseAlarm: true })),
					alarms: clip.alarms.map((alarm) => ({ ...alarm, outcome: 'false' })),
				},
			],
		}),
		nothing,
	);
	assert.match(page, /0 of 1 labelled events were found \(1 more told before it began\)\. There was 1 false alarm/);
	assert.match(page, /<span class="bad">event told before it began<\/span> <span class="bad">1 false alarm<\/span>/);
	assert.match(page, /<rect class="alarm alarm-false"/);
});

test('a memory is shown with how its items share the work', async () => {
	const usage = {
		windows: 10,
		shares: [0.75, 0.25],
		entropyBits: 0.81,
		effectiveItems: 1.75,
		effectiveItemsPerWindow: 1.5,
	};
	const gate = { windows: 20, frozen: 4, updated: 9 };
	const memory = { items: 2, normal: usage, anomalous: null, calibrationGate: gate, testGate: gate };
	const page = await reportPage(sampleReport({ memory }), nothing);
	assert.match(page, /Used as evenly as 1\.75 of 2 items would be, over 10 normal windows\./);
	assert.match(page, /9 of 20 windows change the memory; at 4 it was frozen/);
	assert.equal(page.match(/<rect class="bar"/g)?.length, 2);
});

test('the legend says what the heat is: an error, or with a head the probability of something odd', async () => {
	const moment = sampleMoment('01', sampleWindow(12, { anomalous: true, surprise: 2.5 }));
	const legend = async (misses: (typeof moment)[]) =>
		(await reportPage(sampleReport(), { misses, falseAlarms: [] })).match(/Heat: [^.]*\./)?.[0];
	assert.match((await legend([moment]))!, /^Heat: the error of the prediction, from none to \d+ of 255 grey levels\.$/);
	const { prediction } = moment;
	const heatMap = {
		...prediction.heatMap,
		values: prediction.heatMap.values.map((_, cell) => (cell === 0 ? 0.36 : 0)),
	};
	const headed = {
		...prediction,
		heatMap,
		channels: new Map([...prediction.channels, ['oddity', rawScore(0)]] as const),
	};
	assert.equal(
		await legend([{ ...moment, prediction: headed }]),
		'Heat: how probably what moves there is odd, from 0 to 36 %.',
	);
});
