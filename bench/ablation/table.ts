import type { Areas } from '../../src/evaluate/report.ts';
import { printTable } from '../support.ts';
import type { Verdict } from './trial.ts';

/** A trial and what came of it. */
export interface Row extends Verdict {
	readonly variant: string;
	/** null for what has nothing that was learned. */
	readonly seed: number | null;
}

/** All rows of one data set; those of several seeds have a mean below them. */
export function printRows(rows: readonly Row[]): void {
	const groups = [...Map.groupBy(rows, ({ variant }) => variant).values()];
	printTable(groups.flatMap((group) => [...group.map(figures), ...(group.length > 1 ? [meanFigures(group)] : [])]));
	if (rows.every(({ kinds }) => kinds.length === 0)) return;
	console.log('\nby kind of oddity: global AUC, %, and events found; means over the seeds');
	printTable(groups.map(kindRow));
}

function figures(row: Row): Record<string, string> {
	return {
		variant: row.variant,
		seed: row.seed === null ? '' : String(row.seed),
		'AUC global': percent(row.auc.global),
		'per video': percent(row.auc.perVideo),
		'oddity alone': pair(row.oddity),
		'motion alone': pair(row.motion),
		events: `${row.eventsDetected}/${row.events}`,
		'false alarms': String(row.falseAlarms),
	};
}

function meanFigures(group: readonly Row[]): Record<string, string> {
	const spread = (of: (row: Row) => number | null | undefined) => {
		const values = group.map(of).filter((value) => value !== null && value !== undefined);
		return values.length === 0 ? null : mean(values);
	};
	const areas = (of: (row: Row) => Areas | null): Areas => ({
		global: spread((row) => of(row)?.global),
		perVideo: spread((row) => of(row)?.perVideo),
	});
	const auc = areas((row) => row.auc);
	return {
		variant: group[0]!.variant,
		seed: 'mean',
		'AUC global': percent(auc.global),
		'per video': percent(auc.perVideo),
		'oddity alone': pair(areas(({ oddity }) => oddity)),
		'motion alone': pair(areas(({ motion }) => motion)),
		events: `${mean(group.map(({ eventsDetected }) => eventsDetected)).toFixed(1)}/${group[0]!.events}`,
		'false alarms': mean(group.map(({ falseAlarms }) => falseAlarms)).toFixed(1),
	};
}

function kindRow(group: readonly Row[]): Record<string, string> {
	const cells = group[0]!.kinds.map(({ kind, events }) => {
		const own = group.map(({ kinds }) => kinds.find((one) => one.kind === kind)!);
		const auc = mean(own.map(({ auc }) => auc ?? Number.NaN));
		const found = mean(own.map(({ eventsDetected }) => eventsDetected));
		return [kind, `${percent(auc)} ${Number(found.toFixed(1))}/${events}`];
	});
	return { variant: group[0]!.variant, ...Object.fromEntries(cells) };
}

/** Global / per video. */
function pair(areas: Areas | null): string {
	return areas === null ? '-' : `${percent(areas.global)} / ${percent(areas.perVideo)}`;
}

function percent(value: number | null): string {
	return value === null || Number.isNaN(value) ? '-' : (100 * value).toFixed(1);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
