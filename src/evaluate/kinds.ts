import type { Channel } from '../core/prediction.ts';
import { byChannel, bySurprise, labelled } from './figures.ts';
import { areaUnderRoc, percentilesOf } from './metrics.ts';
import type { ClipSeries, KindFigures } from './report.ts';

/** Each kind of oddity that the labels name: its frames against all normal ones, and its events. */
export function kindFigures(clips: readonly ClipSeries[], channels: readonly Channel[]): KindFigures[] {
	const windows = clips.flatMap((clip) => clip.windows);
	const events = clips.flatMap((clip) => clip.events);
	const named = [...windows, ...events].flatMap(({ kinds }) => kinds);
	return [...new Set(named)].toSorted().map((kind) => {
		const compared = windows.filter(({ anomalous, kinds }) => !anomalous || kinds.includes(kind));
		const own = events.filter(({ kinds }) => kinds.includes(kind));
		const detected = own.map(({ detectedAfterSeconds }) => detectedAfterSeconds).filter((after) => after !== null);
		return {
			kind,
			frames: compared.filter(({ anomalous }) => anomalous).length,
			auc: areaUnderRoc(labelled(compared, bySurprise)),
			channels: Object.fromEntries(
				channels.map((channel) => [channel, areaUnderRoc(labelled(compared, byChannel(channel)))]),
			),
			events: own.length,
			eventsDetected: detected.length,
			timeToDetect: percentilesOf(detected),
		};
	});
}
