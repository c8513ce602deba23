import type { Alarm, Region, Severity, Verdict } from '../../core/alarm.ts';
import type { Size } from '../../core/frame.ts';
import { fillPolygon, type Polygon } from '../../core/polygon.ts';
import type { HeatMap } from '../../core/prediction.ts';
import type { AlarmId } from '../../core/units.ts';
import { strangeRegions } from '../region.ts';
import type { ZoneSeverity } from './options.ts';

/** A part of the picture that alarms are told by. */
export interface Zone {
	readonly name: string;
	readonly polygon: Polygon;
	readonly severity: ZoneSeverity;
}

const STEPS: readonly Severity[] = ['low', 'medium', 'high'];
/** A place touches a zone where a point of this grid over the picture, the centre of one of its cells, is in both. */
const GRID: Size = { width: 256, height: 192 };
const REGIONS_MOST = 5;
const ROUNDING = 1e-6;

/**
 * Says of one judge's alarms in which zones they are: those that a place that was strange has touched, at the peak or in any
 * window over the level since.
 */
export class Zones {
	readonly #zones: readonly Zone[];
	/** By zone, 1 where it is. `[GRID.height * GRID.width]` */
	readonly #drawn: readonly Uint8Array[];
	#alarm: AlarmId | null = null;
	#entered: ReadonlySet<Zone> = new Set();

	constructor(zones: readonly Zone[]) {
		this.#zones = zones;
		this.#drawn = zones.map(({ polygon }) => {
			const cells = new Uint8Array(GRID.width * GRID.height);
			fillPolygon(polygon, GRID, cells);
			return cells;
		});
	}

	/** The judge's verdict with zones and their severity; an alarm that has come to another zone is told anew. */
	place(verdict: Verdict, heatMap: HeatMap | null): Verdict {
		if (verdict.kind !== 'alarm' || this.#zones.length === 0) return verdict;
		const { alarm, change } = verdict;
		const before = alarm.id === this.#alarm ? this.#entered : new Set<Zone>();
		const now = heatMap === null || alarm.surprise < alarm.level ? [] : strangeRegions(heatMap, REGIONS_MOST);
		const entered = before.union(new Set([...alarm.regions, ...now].flatMap((region) => this.#at(region))));
		this.#alarm = alarm.id;
		this.#entered = entered;
		const isNew = change === null && entered.size > before.size;
		return {
			...verdict,
			alarm: placed(
				alarm,
				this.#zones.filter((zone) => entered.has(zone)),
			),
			change: isNew ? 'updated' : change,
		};
	}

	#at({ x, y, width, height }: Region): readonly Zone[] {
		const [left, right] = [x, x + width].map((edge) => Math.ceil(edge * GRID.width - 0.5 - ROUNDING)) as [
			number,
			number,
		];
		const [top, bottom] = [y, y + height].map((edge) => Math.ceil(edge * GRID.height - 0.5 - ROUNDING)) as [
			number,
			number,
		];
		return this.#zones.filter((_, zone) => {
			for (let row = top; row < bottom; row++) {
				const line = row * GRID.width;
				if (this.#drawn[zone]!.subarray(line + left, line + right).includes(1)) return true;
			}
			return false;
		});
	}
}

function placed(alarm: Alarm, zones: readonly Zone[]): Alarm {
	const steps = zones.map(({ severity }) => STEPS.indexOf(severityIn(severity, alarm.severity)));
	const severity = zones.length === 0 ? alarm.severity : STEPS[Math.max(...steps)]!;
	return { ...alarm, zones: zones.map(({ name }) => name), severity };
}

function severityIn(zone: ZoneSeverity, rarity: Severity): Severity {
	const step = STEPS.indexOf(rarity);
	switch (zone) {
		case 'rarity':
			return rarity;
		case 'higher':
			return STEPS[Math.min(STEPS.length - 1, step + 1)]!;
		case 'lower':
			return STEPS[Math.max(0, step - 1)]!;
		default:
			return zone;
	}
}
