/** Metres: x to the right along the walkway, y up, z away from the camera. */
export interface Point {
	readonly x: number;
	readonly y: number;
	readonly z: number;
}

/** Where a point of the world is in the picture. */
export interface Projection {
	/** Pixels, the first pixel's centre at 0.5. */
	readonly column: number;
	readonly row: number;
	/** Pixels a metre has there. */
	readonly pixelsPerMetre: number;
	/** Metres along the optical axis. */
	readonly depth: number;
}

/** The pinhole camera on its pole. */
export interface View {
	readonly width: number;
	readonly height: number;
	project(x: number, y: number, z: number): Projection;
	/** The direction of the ray through a place of the picture; not of unit length. */
	ray(column: number, row: number): Point;
	readonly eye: Point;
}

const EYE: Point = { x: 0, y: 8.6, z: -5 };
const YAW = 0.2;
const PITCH = 0.365;
/** Focal length as a share of the picture's width: about 55° across. */
const FOCAL = 0.95;

export function openView(width: number, height: number): View {
	const focal = FOCAL * width;
	const [cosYaw, sinYaw] = [Math.cos(YAW), Math.sin(YAW)];
	const [cosPitch, sinPitch] = [Math.cos(PITCH), Math.sin(PITCH)];
	const project = (x: number, y: number, z: number): Projection => {
		const right = (x - EYE.x) * cosYaw - (z - EYE.z) * sinYaw;
		const ahead = (x - EYE.x) * sinYaw + (z - EYE.z) * cosYaw;
		const up = y - EYE.y;
		const depth = Math.max(0.1, ahead * cosPitch - up * sinPitch);
		const pixelsPerMetre = focal / depth;
		return {
			column: width / 2 + right * pixelsPerMetre,
			row: height / 2 - (ahead * sinPitch + up * cosPitch) * pixelsPerMetre,
			pixelsPerMetre,
			depth,
		};
	};
	const ray = (column: number, row: number): Point => {
		const right = (column - width / 2) / focal;
		const up = (height / 2 - row) / focal;
		const ahead = cosPitch + up * sinPitch;
		return {
			x: right * cosYaw + ahead * sinYaw,
			y: up * cosPitch - sinPitch,
			z: ahead * cosYaw - right * sinYaw,
		};
	};
	return { width, height, project, ray, eye: EYE };
}
