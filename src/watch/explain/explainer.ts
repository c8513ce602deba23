import type { Alarm, Verdict } from '../../core/alarm.ts';
import type { Evidence, EvidencePicture, Explanation, NearestItem } from '../../core/explanation.ts';
import type { HeatMap, Prediction } from '../../core/prediction.ts';
import type { Score } from '../../core/score.ts';
import { type Exemplar, Exemplars } from './exemplars.ts';
import { greyPng, heatPng } from './pictures.ts';
import { wordsOf } from './words.ts';

const HOUR_SECONDS = 3600;

/** A window that may come to be an alarm's strangest. */
interface Seen {
	readonly prediction: Prediction;
	readonly score: Score;
}

/** Follows one camera's windows and says of its alarms why they are. */
export class Explainer {
	readonly #exemplars = new Exemplars();
	#strangest: Seen | null = null;
	/** The window that the open alarm was last explained with. */
	#told: Seen | null = null;

	/**
	 * Told every window with its verdict; returns the evidence when it is new: with an alarm's start, with each new peak that
	 * is told, and with its end where the peak has risen since.
	 */
	see(prediction: Prediction, score: Score, verdict: Verdict): Evidence | null {
		switch (verdict.kind) {
			case 'unknown':
			case 'lasting':
				this.#strangest = null;
				return null;
			case 'quiet':
				this.#strangest = null;
				this.#exemplars.learn(prediction);
				return null;
			case 'pending':
				this.#keepStranger({ prediction, score });
				return null;
			case 'alarm': {
				if (verdict.change !== 'ended') this.#keepStranger({ prediction, score });
				const evidence = verdict.change === null ? null : this.#evidence(verdict.alarm);
				if (verdict.change === 'ended') this.#strangest = null;
				return evidence;
			}
			default:
				throw new Error(`Unknown verdict ${verdict satisfies never}`);
		}
	}

	#keepStranger(seen: Seen): void {
		if (this.#strangest === null || seen.score.surprise! > this.#strangest.score.surprise!) this.#strangest = seen;
	}

	#evidence(alarm: Alarm): Evidence | null {
		const seen = this.#strangest;
		if (seen === null || seen === this.#told) return null;
		this.#told = seen;
		return evidenceOf(alarm, seen, this.#exemplars);
	}
}

function evidenceOf(alarm: Alarm, { prediction, score }: Seen, exemplars: Exemplars): Evidence {
	const { window, predicted, heatMap } = prediction;
	const { target } = window;
	const nearest = nearestItem(prediction, exemplars);
	const pictures = new Map<EvidencePicture, Uint8Array>([
		['seen', greyPng(target.luma, target)],
		['expected', greyPng(predicted, target)],
		['heat', heatPng(target.luma, target, heatMap)],
	]);
	if (nearest?.exemplar != null) pictures.set('nearest', greyPng(nearest.exemplar.luma, nearest.exemplar));
	const said: Omit<Explanation, 'text'> = {
		alarm: alarm.id,
		camera: alarm.camera,
		frameAt: score.capturedAt,
		surprise: score.surprise!,
		level: score.level!,
		onceInHours: score.onceInHours!,
		channels: channelsOf(score, window.framesPerSecond),
		regions: alarm.regions,
		heatMap: shares(heatMap),
		nearest: nearest?.item ?? null,
		pictures: [...pictures.keys()],
	};
	return { explanation: { ...said, text: wordsOf(said) }, pictures };
}

/** Every calibrated channel, the one that the score names first, then the rarest. */
function channelsOf({ channels, why }: Score, framesPerSecond: number): Explanation['channels'] {
	const windowsPerHour = HOUR_SECONDS * framesPerSecond;
	return [...channels]
		.flatMap(([channel, { raw, surprise: rare }]) =>
			rare === null ? [] : [{ channel, raw, surprise: rare, onceInHours: 10 ** rare / windowsPerHour }],
		)
		.toSorted(
			(one, other) => Number(other.channel === why) - Number(one.channel === why) || other.surprise - one.surprise,
		);
}

function nearestItem(
	{ heatMap, memory }: Prediction,
	exemplars: Exemplars,
): { readonly item: NearestItem; readonly exemplar: Exemplar | null } | null {
	if (memory === null) return null;
	const cell = strangestCell(heatMap);
	const item = memory.nearest[cell]!;
	const exemplar = exemplars.of(item);
	return {
		item: { item, similarity: memory.similarity[cell]!, share: memory.usage[item]!, seenAt: exemplar?.at ?? null },
		exemplar,
	};
}

function strangestCell({ values }: HeatMap): number {
	let strangest = 0;
	for (const [cell, value] of values.entries()) if (value > values[strangest]!) strangest = cell;
	return strangest;
}

function shares({ width, height, values }: HeatMap): Explanation['heatMap'] {
	const most = values.reduce((most, value) => Math.max(most, value), 0);
	return {
		width,
		height,
		values: Array.from(values, (value) => (most > 0 ? Number((value / most).toFixed(3)) : 0)),
	};
}
