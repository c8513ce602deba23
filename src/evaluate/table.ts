import type { EvaluationReport } from './report.ts';

/** The report for people, figures in per cent. */
export function reportTable(report: EvaluationReport): string {
	const { auc, size, calibration } = report;
	const columns = (name: string, perVideo: number | null, global: number | null) =>
		`${name.padEnd(24)}${percent(perVideo)}${percent(global)}`;
	const head = [
		`${report.detector} (${report.model.id} ${report.model.version}) on ${report.dataset}`,
		`${size.width}x${size.height} at ${report.framesPerSecond} frames a second, ` +
			`${report.frames} frames scored, ${report.anomalousFrames} of them anomalous, ` +
			`${report.msPerWindow.p50.toFixed(1)} ms a window`,
		`calibrated on ${calibration.windows} windows (worth ${calibration.effectiveWindows.toFixed(0)} independent ones) ` +
			`of the clips ${calibration.clips.join(' ')}`,
	];
	const areas = [
		`${'AUC, %'.padEnd(24)}${'per video'.padStart(11)}${'global'.padStart(11)}`,
		columns('combined', auc.perVideo, auc.global),
		...Object.entries(report.channels).map(([channel, { perVideo, global }]) => {
			const weight = calibration.weights[channel as keyof typeof calibration.weights] ?? 0;
			return columns(`  ${channel}${weight > 0 ? ` (weight ${weight})` : ''}`, perVideo, global);
		}),
		`${'macro'.padEnd(24)}${percent(auc.macro)}`,
		`${'average precision'.padEnd(35)}${percent(report.ap)}`,
		`${'equal error rate'.padEnd(35)}${percent(report.eer)}`,
	];
	const clips = report.perVideo.map(
		({ clip, frames, anomalous, auc: own }) =>
			`${clip.padEnd(12)}${String(frames).padStart(8)}${String(anomalous).padStart(11)}${percent(own)}`,
	);
	const clipHead = `${'clip'.padEnd(12)}${'frames'.padStart(8)}${'anomalous'.padStart(11)}${'AUC, %'.padStart(11)}`;
	return `${[...head, '', ...areas, '', clipHead, ...clips].join('\n')}\n`;
}

function percent(share: number | null): string {
	return (share === null ? '–' : (100 * share).toFixed(1)).padStart(11);
}
