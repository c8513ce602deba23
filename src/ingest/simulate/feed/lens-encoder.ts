import type { Lens } from '../effects/lens.ts';
import type { StreamDescription } from '../rtsp/sdp.ts';
import { type EncoderOptions, type H264Encoder, openH264Encoder } from './encoder.ts';

export interface LensEncoder extends Omit<H264Encoder, 'parameterSets'> {
	/** Of what is coded at the moment. */
	readonly description: StreamDescription;
}

/** Codes what is seen through a lens; where that has another size, with new parameter sets from a key picture on. */
export async function openLensEncoder(lens: Lens, options: EncoderOptions): Promise<LensEncoder> {
	let encoder = await openH264Encoder(options);
	let { width, height } = options;
	return {
		get description() {
			return { ...encoder.parameterSets, width, height, framesPerSecond: options.framesPerSecond };
		},
		encode: async (picture, index, key) => {
			const seen = lens.through(picture, options.width, options.framesPerSecond, index);
			const size = lens.sizeOf(options.width, options.height);
			const another = size.width !== width || size.height !== height;
			if (another) {
				const next = await openH264Encoder({ ...options, ...size });
				encoder[Symbol.dispose]();
				encoder = next;
				({ width, height } = size);
			}
			return encoder.encode(seen, index, key || another);
		},
		[Symbol.dispose]: () => encoder[Symbol.dispose](),
	};
}
