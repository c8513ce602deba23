import type { Clip } from './scene.ts';

/** Footage in two parts: what is learned from, and what is only looked at. */
export interface Split {
	readonly clips: readonly Clip[];
	readonly heldOut: readonly Clip[];
}

/** Share of the footage of each source, its last part, that is not learned from. */
const HELD_OUT_SHARE = 0.12;

/** Holds out the last whole recordings, each a group of clips of its frames. */
export function holdOutWhole(recordings: readonly (readonly Clip[])[]): Split {
	const count = Math.max(1, Math.round(HELD_OUT_SHARE * recordings.length));
	return { clips: recordings.slice(0, -count).flat(), heldOut: recordings.slice(-count).flat() };
}

/** Holds out the last frames, at least `framesMin` of them; a clip that lies on both sides is cut in two. */
export function holdOutEnd(clips: readonly Clip[], framesPerSecond: number, framesMin: number): Split {
	const total = clips.reduce((sum, { frames }) => sum + frames.length, 0);
	let left = Math.max(framesMin, Math.round(HELD_OUT_SHARE * total));
	const kept = [...clips];
	const heldOut: Clip[] = [];
	while (left > 0 && kept.length > 0) {
		const clip = kept.pop()!;
		const cut = clip.frames.length - left;
		left -= clip.frames.length;
		if (cut <= 0) {
			heldOut.unshift(clip);
			continue;
		}
		kept.push({ ...clip, frames: clip.frames.slice(0, cut) });
		heldOut.unshift({ ...clip, name: laterPart(clip.name, cut / framesPerSecond), frames: clip.frames.slice(cut) });
	}
	return { clips: kept, heldOut };
}

/** What the part of a recording is called that begins so many seconds after its beginning. */
export function laterPart(name: string, seconds: number): string {
	return `${name} from ${Math.round(seconds * 10) / 10} s`;
}
