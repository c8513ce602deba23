/** The place, in metres. The walkway runs along x; the camera looks across it. */
export const PLAN = {
	/** People in both directions. */
	walkway: { near: 11, far: 16.8 },
	/** Marked with arrows: everybody walks towards +x. */
	oneWay: { near: 17.6, far: 20.4 },
	bollards: { z: 17.2, every: 3.2, from: -16, to: 29 },
	lamp: { x: -3.2, z: 21.6 },
	/** From the building's door to the lanes. */
	doorPath: { left: 9.2, right: 12.2 },
	plaza: { near: 33 },
	building: { z: 40, height: 12 },
	/** Where people who come and go leave the picture. */
	ends: { left: -21, right: 33 },
} as const;

/** Metres on the ground that a shadow runs for each metre of height. */
export const SHADOW = { x: 0.75, z: -0.5 } as const;
