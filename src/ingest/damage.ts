import type { FrameDamage } from '../core/frame.ts';

/** What is known of one decoded picture. */
export interface DecodedPicture {
	readonly ptsSeconds: number;
	readonly keyFrame: boolean;
	/** What the decoder says of this very picture. */
	readonly damage: FrameDamage | null;
}

export interface DamageTracker {
	/** Packets before the next decoded picture are missing or broken. */
	mark(damage: FrameDamage): void;
	/** The damage of a picture, its own or what it inherits from those it was predicted from. */
	of(picture: DecodedPicture): FrameDamage | null;
}

/** A stream without key frames (intra refresh) has renewed the whole picture by then. */
const HEALED_SECONDS = 10;

/** Decoders tell of a broken picture once; every picture predicted from it is as broken, until the next whole key frame. */
export function damageTracker(): DamageTracker {
	let since: { readonly damage: FrameDamage; readonly pts: number } | null = null;
	let marked: FrameDamage | null = null;
	return {
		mark: (damage) => {
			marked = damage;
		},
		of: ({ ptsSeconds, keyFrame, damage }) => {
			const fresh = marked ?? damage;
			marked = null;
			if (fresh !== null) since = { damage: fresh, pts: ptsSeconds };
			else if (since !== null && (keyFrame || Math.abs(ptsSeconds - since.pts) > HEALED_SECONDS)) since = null;
			return since?.damage ?? null;
		},
	};
}
