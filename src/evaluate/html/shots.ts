import type { Region } from '../../core/alarm.ts';
import type { Size } from '../../core/frame.ts';
import { heatColour } from '../../core/heat-colour.ts';
import type { HeatMap } from '../../core/prediction.ts';
import { encodePng } from '../../ingest/png.ts';
import { html, type Markup } from './markup.ts';
import { at } from './scale.ts';
import { texts } from './texts.ts';

export interface Shot extends Size {
	readonly id: string;
	/** Luma, 0..255. `height * width` */
	readonly seen: Uint8Array;
	readonly predicted: Uint8Array;
	readonly heatMap: HeatMap;
	/** Where an alarm would point; null where nothing differs. */
	readonly strangest: Region | null;
	/** Where the labels say that something is odd; empty where they do not say. */
	readonly truth: readonly Region[];
}

/** Root of the value of a cell that is drawn in the strongest colour: of a mean squared error or of a probability, see `HeatMap`. */
export function strongestRoot(maps: readonly HeatMap[]): number {
	let most = 0;
	for (const { values } of maps) for (const value of values) most = Math.max(most, value);
	return Math.sqrt(most);
}

/**
 * What was seen under its heat map, what was predicted, and what was seen alone. Heat maps on one page have one `strongest`
 * root, so that they can be compared.
 */
export function shotPictures(shot: Shot, strongest: number): Markup {
	const { id, width, height, heatMap } = shot;
	const mapWidth = heatMap.width * heatMap.cellPixels;
	const mapHeight = heatMap.height * heatMap.cellPixels;
	const view = `0 0 ${width} ${height}`;
	return html`<div class="shots">
<figure><svg viewBox="${view}" role="img" aria-label="${texts.moments.heat}">
<image id="${id}-seen" width="${width}" height="${height}" href="${dataUri(encodePng(shot.seen, shot, 'grey'))}"/>
<image width="${mapWidth}" height="${mapHeight}" preserveAspectRatio="none" href="${dataUri(heatPng(heatMap, strongest))}"/>
${shot.truth.map((region) => box(region, shot, 'truth-box'))}${shot.strangest === null ? null : box(shot.strangest, shot, 'alarm-box')}
</svg><figcaption>${texts.moments.heat}</figcaption></figure>
<figure><svg viewBox="${view}" role="img" aria-label="${texts.moments.predicted}">
<image width="${width}" height="${height}" href="${dataUri(encodePng(shot.predicted, shot, 'grey'))}"/>
</svg><figcaption>${texts.moments.predicted}</figcaption></figure>
<figure><svg viewBox="${view}" role="img" aria-label="${texts.moments.seen}"><use href="#${id}-seen"/></svg><figcaption>${texts.moments.seen}</figcaption></figure>
</div>`;
}

function box(region: Region, { width, height }: Size, name: string): Markup {
	const [x, y] = [region.x * width, region.y * height];
	return html`<rect class="${name}" x="${at(x)}" y="${at(y)}" width="${at(region.width * width)}" height="${at(region.height * height)}"/>`;
}

function heatPng(map: HeatMap, strongest: number): Buffer {
	const pixels = new Uint8Array(map.values.length * 4);
	for (const [cell, value] of map.values.entries()) {
		pixels.set(heatColour(strongest > 0 ? Math.sqrt(value) / strongest : 0), cell * 4);
	}
	return encodePng(pixels, map, 'rgba');
}

function dataUri(png: Buffer): string {
	return `data:image/png;base64,${png.toString('base64')}`;
}
