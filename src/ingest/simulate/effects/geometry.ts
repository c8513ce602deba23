import type { Picture } from '../scene/planes.ts';

/** Turns the camera: what was `right` and `down` (shares of the width) of a place comes to it, mirrored at the edges. */
export function turn(picture: Picture, width: number, right: number, down: number): void {
	forEachPlane(picture, width, (plane, columns, rows) => {
		const source = plane.slice();
		const [dx, dy] = [Math.round(right * columns), Math.round(down * columns)];
		const from = Int32Array.from({ length: columns }, (_, column) => reflected(column + dx, columns));
		for (let row = 0; row < rows; row++) {
			const line = reflected(row + dy, rows) * columns;
			for (let column = 0; column < columns; column++) plane[row * columns + column] = source[line + from[column]!]!;
		}
	});
}

/** Another scene made of this one: upside down, in other tones. */
export function anotherScene(picture: Picture, width: number): void {
	forEachPlane(picture, width, (plane) => plane.reverse());
	const { luma } = picture;
	for (let at = 0; at < luma.length; at++) luma[at] = 225 - 0.8 * luma[at]!;
}

/** Blurs with three boxes after each other, which is close to a Gaussian. `radius` in thousandths of the width. */
export function blur(picture: Picture, width: number, radius: number): void {
	forEachPlane(picture, width, (plane, columns, rows) => {
		const reach = Math.max(1, Math.round((radius * columns) / 1000));
		for (let pass = 0; pass < 3; pass++) {
			for (let row = 0; row < rows; row++) boxBlur(plane, row * columns, 1, columns, reach);
			for (let column = 0; column < columns; column++) boxBlur(plane, column, columns, rows, reach);
		}
	});
}

/** I420 in another size, by the nearest pixel. */
export function resized(source: Uint8Array, width: number, height: number, to: Uint8Array, toWidth: number): void {
	const toHeight = to.length / 1.5 / toWidth;
	let [from, into] = [0, 0];
	for (const half of [1, 2, 2]) {
		const [columns, rows] = [width / half, height / half];
		const [toColumns, toRows] = [toWidth / half, toHeight / half];
		for (let row = 0; row < toRows; row++) {
			const line = from + Math.floor(((row + 0.5) * rows) / toRows) * columns;
			for (let column = 0; column < toColumns; column++) {
				to[into + row * toColumns + column] = source[line + Math.floor(((column + 0.5) * columns) / toColumns)]!;
			}
		}
		from += columns * rows;
		into += toColumns * toRows;
	}
}

function forEachPlane(
	{ luma, u, v }: Picture,
	width: number,
	change: (plane: Uint8ClampedArray, columns: number, rows: number) => void,
): void {
	const height = luma.length / width;
	change(luma, width, height);
	if (u !== null) change(u, width / 2, height / 2);
	if (v !== null) change(v, width / 2, height / 2);
}

function reflected(at: number, length: number): number {
	const period = 2 * length;
	const inside = ((at % period) + period) % period;
	return inside < length ? inside : period - 1 - inside;
}

/** Running mean over `2 * reach + 1` values of a line, whose ends are repeated. */
function boxBlur(plane: Uint8ClampedArray, from: number, stride: number, length: number, reach: number): void {
	const line = new Uint8Array(length);
	for (let at = 0; at < length; at++) line[at] = plane[from + at * stride]!;
	const value = (at: number) => line[Math.min(length - 1, Math.max(0, at))]!;
	let sum = 0;
	for (let at = -reach; at <= reach; at++) sum += value(at);
	for (let at = 0; at < length; at++) {
		plane[from + at * stride] = sum / (2 * reach + 1);
		sum += value(at + reach + 1) - value(at - reach);
	}
}
