import type { Alarm, Region, Severity, Verdict } from '../../core/alarm.ts';
import type { Size } from '../../core/frame.ts';
import { type Polygon, touchedCells } from '../../core/polygon.ts';
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
/** Side of a heat map's cell in the grid that zones are drawn on. */
const CELL = 8;
const REGIONS_MOST = 5;

/**
 * Says of one judge's alarms in which zones they are: those that a place that was strange has touched, at the peak or in any
 * window over the level since.
 */
export class Zones {
	readonly #zones: readonly Zone[];
	#grid: Size = { width: 0, height: 0 };
	/** By zone. `[height * width]` */
	#cells: readonly Uint8Array[] = [];
	#alarm: AlarmId | null = null;
	#entered: ReadonlySet<Zone> = new Set();

	constructor(zones: readonly Zone[]) {
		this.#zones = zones;
	}

	/** The judge's verdict with zones and their severity; an alarm that has come to another zone is told anew. */
	place(verdict: Verdict, heatMap: HeatMap | null): Verdict {
		if (verdict.kind !== 'alarm' || this.#zones.length === 0) return verdict;
		const { alarm, change } = verdict;
		const before = alarm.id === this.#alarm ? this.#entered : new Set<Zone>();
		if (heatMap !== null) this.#draw(heatMap);
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
		const grid = this.#grid;
		const [left, right] = [Math.floor(x * grid.width + 0.5), Math.floor((x + width) * grid.width + 0.5)];
		const [top, bottom] = [Math.floor(y * grid.height + 0.5), Math.floor((y + height) * grid.height + 0.5)];
		return this.#zones.filter((_, zone) => {
			for (let row = top; row < bottom; row++) {
				for (let column = left; column < right; column++) {
					if (this.#cells[zone]![row * grid.width + column] === 1) return true;
				}
			}
			return false;
		});
	}

	#draw({ width, height }: Size): void {
		if (width === this.#grid.width && height === this.#grid.height) return;
		this.#grid = { width, height };
		const picture = { width: CELL * width, height: CELL * height };
		this.#cells = this.#zones.map(({ polygon }) => touchedCells([polygon], this.#grid, picture));
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
