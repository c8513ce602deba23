/** Time that is looked back on, and how much of it must be there before anything is said. */
const SPAN_SECONDS = 8;
const SPAN_SECONDS_MIN = 4;
/** Share of the pictures that were broken. */
const SHARE = 0.5;

/** Notices when so many pictures come broken that hardly anything can be watched. */
export class PictureLoss {
	#pictures: readonly { readonly at: number; readonly damaged: boolean }[] = [];

	/** Says what is wrong, or null. */
	next(damaged: boolean, at: number): string | null {
		this.#pictures = [...this.#pictures.filter((picture) => at - picture.at <= SPAN_SECONDS), { at, damaged }];
		if (at - this.#pictures[0]!.at < SPAN_SECONDS_MIN) return null;
		const share = this.#pictures.filter((picture) => picture.damaged).length / this.#pictures.length;
		if (share < SHARE) return null;
		return `${Math.round(100 * share)} % of the pictures of the last ${SPAN_SECONDS} s came broken`;
	}
}
