import type { Size } from '../core/frame.ts';
import { detectorSize } from '../core/frame-size.ts';

/** The size to scale a coded picture to. `sampleAspect` is width / height of one of its pixels; 0 and NaN mean square. */
export function scaledSize(wanted: Size | 'auto', { width, height }: Size, sampleAspect: number): Size {
	if (wanted !== 'auto') return wanted;
	const square = sampleAspect > 0 && Number.isFinite(sampleAspect) ? sampleAspect : 1;
	// A panorama beyond these is squeezed rather than refused.
	return detectorSize(Math.min(9.9, Math.max(0.11, (width / height) * square)));
}
