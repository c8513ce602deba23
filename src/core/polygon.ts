import type { Size } from './frame.ts';

/** A point in shares of a picture's width and height, from its top left. */
export type Point = readonly [x: number, y: number];
/** Its corners in order, either way round; the last is joined to the first. */
export type Polygon = readonly Point[];

/** Below this share of the picture a polygon holds nothing. */
const AREA_MIN = 1e-6;

/** Why a list of at least three points is not a simple polygon with something in it, as "expected …"; null where it is. */
export function polygonFault(polygon: Polygon): string | null {
	const crossing = crossingSides(polygon);
	if (crossing !== null) {
		const [first, second] = crossing.map(([from, to]) => `from ${words(from)} to ${words(to)}`);
		return `expected sides that do not cross: the one ${first} crosses or touches the one ${second}`;
	}
	if (Math.abs(areaOf(polygon)) < AREA_MIN) return 'expected points that enclose something: these lie on a line';
	return null;
}

/** Share of the picture; negative for corners that go anticlockwise as seen. */
export function areaOf(polygon: Polygon): number {
	let twice = 0;
	for (const [[ax, ay], [bx, by]] of sidesOf(polygon)) twice += ax * by - bx * ay;
	return twice / 2;
}

/** Sets to 1 what has its centre in the polygon, of a picture's pixels or of a grid's cells. `[height * width]` */
export function fillPolygon(polygon: Polygon, { width, height }: Size, into: Uint8Array): void {
	const sides = sidesOf(polygon);
	for (let row = 0; row < height; row++) {
		const y = (row + 0.5) / height;
		// Where the row's middle goes in and out; a corner on it belongs to the side below.
		const crossings = sides
			.filter(([[, ay], [, by]]) => ay <= y !== by <= y)
			.map(([[ax, ay], [bx, by]]) => ax + ((y - ay) / (by - ay)) * (bx - ax))
			.sort((a, b) => a - b);
		for (let place = 0; place + 1 < crossings.length; place += 2) {
			const from = Math.max(0, Math.ceil(crossings[place]! * width - 0.5));
			const to = Math.min(width, Math.ceil(crossings[place + 1]! * width - 0.5));
			into.fill(1, row * width + from, row * width + Math.max(from, to));
		}
	}
}

/**
 * 1 for each cell of a grid over a picture that one of the polygons touches: it holds the centre of one of the cell's pixels.
 * `[grid.height * grid.width]`
 */
export function touchedCells(polygons: readonly Polygon[], grid: Size, picture: Size): Uint8Array {
	const pixels = new Uint8Array(picture.width * picture.height);
	for (const polygon of polygons) fillPolygon(polygon, picture, pixels);
	const cells = new Uint8Array(grid.width * grid.height);
	for (let pixel = pixels.indexOf(1); pixel >= 0; pixel = pixels.indexOf(1, pixel + 1)) {
		const x = Math.floor(((pixel % picture.width) * grid.width) / picture.width);
		const y = Math.floor((Math.floor(pixel / picture.width) * grid.height) / picture.height);
		cells[y * grid.width + x] = 1;
	}
	return cells;
}

type Side = readonly [from: Point, to: Point];

function sidesOf(polygon: Polygon): readonly Side[] {
	return polygon.map((point, place) => [point, polygon[(place + 1) % polygon.length]!]);
}

function crossingSides(polygon: Polygon): readonly [Side, Side] | null {
	const sides = sidesOf(polygon);
	for (const [first, one] of sides.entries()) {
		for (let second = first + 1; second < sides.length; second++) {
			const other = sides[second]!;
			const neighbours = second === first + 1 || (first === 0 && second === sides.length - 1);
			if (neighbours ? foldsBack(one, other) : meet(one, other)) return [one, other];
		}
	}
	return null;
}

/** Whether a side goes back over the one that it shares a corner with. */
function foldsBack([a, b]: Side, [c, d]: Side): boolean {
	const isNext = b[0] === c[0] && b[1] === c[1];
	const [corner, one, other] = isNext ? [b, a, d] : [a, b, c];
	const along = (one[0] - corner[0]) * (other[0] - corner[0]) + (one[1] - corner[1]) * (other[1] - corner[1]);
	return turn(one, corner, other) === 0 && along > 0;
}

function meet([a, b]: Side, [c, d]: Side): boolean {
	const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
	if (abc * abd < 0 && cda * cdb < 0) return true;
	return [[abc, a, b, c] as const, [abd, a, b, d] as const, [cda, c, d, a] as const, [cdb, c, d, b] as const].some(
		([side, from, to, point]) => side === 0 && within(from, to, point),
	);
}

/** Above 0 where `c` lies to the right of the way from `a` to `b` as seen, 0 on it. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
	const value = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
	return Math.abs(value) < 1e-12 ? 0 : value;
}

/** Of points on one line. */
function within([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): boolean {
	return x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}

function words([x, y]: Point): string {
	return `[${x}, ${y}]`;
}
