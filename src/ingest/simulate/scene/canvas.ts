/** One plane of a picture; planes of half size take coordinates of full size through `scale`. */
export interface Plane {
	readonly pixels: Uint8ClampedArray;
	readonly width: number;
	readonly height: number;
	/** Pixels of this plane per pixel of the picture. */
	readonly scale: number;
}

/** A stick in picture coordinates: centre and radius at both ends, in pixels. */
export interface Stick {
	readonly x0: number;
	readonly y0: number;
	readonly r0: number;
	readonly x1: number;
	readonly y1: number;
	readonly r1: number;
}

/** How a shape meets a pixel it covers by `coverage` (0..1); `nx`, `ny` point from its axis to its edge (-1..1). */
export type Ink = (pixels: Uint8ClampedArray, at: number, coverage: number, nx: number, ny: number) => void;

/** Covers every pixel of the stick; its edge is `softness` pixels wide. */
export function drawStick(plane: Plane, stick: Stick, softness: number, ink: Ink): void {
	const { pixels, width, height, scale } = plane;
	const x0 = stick.x0 * scale;
	const y0 = stick.y0 * scale;
	const r0 = stick.r0 * scale;
	const spanX = stick.x1 * scale - x0;
	const spanY = stick.y1 * scale - y0;
	const spanR = stick.r1 * scale - r0;
	const reach = Math.max(r0, r0 + spanR) + softness;
	const left = Math.max(0, Math.floor(Math.min(x0, x0 + spanX) - reach));
	const right = Math.min(width - 1, Math.ceil(Math.max(x0, x0 + spanX) + reach));
	const top = Math.max(0, Math.floor(Math.min(y0, y0 + spanY) - reach));
	const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y0 + spanY) + reach));
	const perLength = 1 / Math.max(1e-6, spanX * spanX + spanY * spanY);
	for (let row = top; row <= bottom; row++) {
		const offsetY = row + 0.5 - y0;
		for (let column = left; column <= right; column++) {
			const offsetX = column + 0.5 - x0;
			const along = Math.min(1, Math.max(0, (offsetX * spanX + offsetY * spanY) * perLength));
			const dx = offsetX - along * spanX;
			const dy = offsetY - along * spanY;
			const radius = r0 + along * spanR;
			const outer = radius + softness / 2;
			const squared = dx * dx + dy * dy;
			if (squared >= outer * outer) continue;
			// Thinner than a pixel: fainter, never gone.
			const coverage = Math.min(1, (outer - Math.sqrt(squared)) / softness, 2 * radius + 0.15);
			const inverse = 1 / Math.max(radius, 0.5);
			ink(pixels, row * width + column, coverage, dx * inverse, dy * inverse);
		}
	}
}

/** Covers a convex polygon given as x, y pairs, clockwise in the picture. A polygon that runs the other way is not drawn. */
export function drawPolygon(plane: Plane, corners: Float64Array, softness: number, ink: Ink): void {
	const { pixels, width, height, scale } = plane;
	const count = corners.length / 2;
	let [left, right, top, bottom, area] = [Infinity, -Infinity, Infinity, -Infinity, 0];
	for (let corner = 0; corner < count; corner++) {
		const next = (corner + 1) % count;
		const x = corners[2 * corner]! * scale;
		const y = corners[2 * corner + 1]! * scale;
		area += x * corners[2 * next + 1]! * scale - y * corners[2 * next]! * scale;
		left = Math.min(left, x);
		right = Math.max(right, x);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y);
	}
	if (area <= 0) return;
	const lastColumn = Math.min(width - 1, Math.ceil(right));
	const lastRow = Math.min(height - 1, Math.ceil(bottom));
	for (let row = Math.max(0, Math.floor(top) - 1); row <= lastRow; row++) {
		for (let column = Math.max(0, Math.floor(left) - 1); column <= lastColumn; column++) {
			const inside = depthInside(corners, count, scale, column + 0.5, row + 0.5);
			const coverage = Math.min(1, inside / softness + 0.5);
			if (coverage > 0) ink(pixels, row * width + column, coverage, 0, 0);
		}
	}
}

/** Pixels from the nearest edge, negative outside. */
function depthInside(corners: Float64Array, count: number, scale: number, x: number, y: number): number {
	let inside = Infinity;
	for (let corner = 0; corner < count; corner++) {
		const next = (corner + 1) % count;
		const fromX = corners[2 * corner]! * scale;
		const fromY = corners[2 * corner + 1]! * scale;
		const edgeX = corners[2 * next]! * scale - fromX;
		const edgeY = corners[2 * next + 1]! * scale - fromY;
		const length = Math.hypot(edgeX, edgeY);
		if (length > 1e-6) inside = Math.min(inside, (edgeX * (y - fromY) - edgeY * (x - fromX)) / length);
	}
	return inside;
}
