export interface SlowCamera {
	/** @returns A sentence, once, when it has become plain that the camera sends fewer frames than are due; else null. */
	note(slots: number): string | null;
}

const JUDGED_FRAMES = 50;
const SHARE_MAX = 0.1;

/** Pictures that fill several places of the time base look like a frozen scene to a detector, so somebody should know. */
export function slowCamera(framesPerSecond: number): SlowCamera {
	let pictures = 0;
	let places = 0;
	let told = false;
	return {
		note: (slots) => {
			pictures += 1;
			places += slots;
			if (places < JUDGED_FRAMES) return null;
			const share = 1 - pictures / places;
			const rate = (framesPerSecond * pictures) / places;
			pictures = 0;
			places = 0;
			if (told || share <= SHARE_MAX) return null;
			told = true;
			return `it sends about ${rate.toFixed(1)} frames a second, fewer than the ${framesPerSecond} that are watched: frames are repeated. Lower framesPerSecond or raise the rate of the camera`;
		},
	};
}
