import type { Clock } from '../../../core/clock.ts';
import type { Lens } from '../effects/lens.ts';
import { NIGHT } from '../scene/light.ts';
import { openScene, type SceneOptions } from '../scene/scene.ts';
import type { Feed } from './feed.ts';
import { openLensEncoder } from './lens-encoder.ts';

export interface SceneSource extends SceneOptions {
	readonly kind: 'scene';
	/** The scene's time at which the camera begins; 0 unless told. */
	readonly startSeconds?: number;
	/** 600 000 unless told. */
	readonly bitsPerSecond?: number;
	/** 2 unless told. */
	readonly keyEverySeconds?: number;
}

/** The scene, drawn and coded while somebody watches; its time goes on in any case. */
export async function openSceneFeed(source: SceneSource, clock: Clock, lens: Lens): Promise<Feed> {
	const scene = openScene(source);
	const { width, height, framesPerSecond } = scene;
	const firstIndex = Math.round((source.startSeconds ?? 0) * framesPerSecond);
	const encoder = await openLensEncoder(lens, {
		width,
		height,
		framesPerSecond,
		bitsPerSecond: source.bitsPerSecond ?? 600_000,
		keyEverySeconds: source.keyEverySeconds ?? 2,
		fullRange: true,
	});
	const picture = new Uint8Array(width * height * 1.5);
	const began = clock.monotonicNow();
	let keyWanted = true;
	return {
		get description() {
			return encoder.description;
		},
		keyOnDemand: true,
		requestKey: () => {
			keyWanted = true;
		},
		run: async (deliver, watched, signal) => {
			const indexNow = () => Math.floor(((clock.monotonicNow() - began) / 1000) * framesPerSecond);
			let index = indexNow() + 1;
			for (;;) {
				await clock.sleep(Math.max(0, (index / framesPerSecond) * 1000 - (clock.monotonicNow() - began)), signal);
				if (watched()) {
					const key = keyWanted;
					keyWanted = false;
					const atNight = lens.effects.some(({ kind }) => kind === 'infrared');
					scene.render(firstIndex + index, picture, atNight ? NIGHT : undefined);
					const coded = await encoder.encode(picture, index, key);
					deliver({ ...coded, time90k: Math.round((index * 90_000) / framesPerSecond) });
				} else keyWanted = true;
				// Late by more than a frame: leave out what nobody could have been shown in time.
				index = Math.max(index + 1, indexNow());
			}
		},
		[Symbol.asyncDispose]: async () => encoder[Symbol.dispose](),
	};
}
