import type { MnadModel } from '../detect/mnad/model.ts';
import { buildStep, STEP_CHANNELS } from '../detect/mnad/step.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import { openSession } from '../onnx/session.ts';
import type { Clip } from './scene.ts';

export interface DoubtOptions {
	/** Says what looks odd; it must not have learned from this footage. */
	readonly model: MnadModel;
	/** Share of the windows, the oddest, that are not believed to be normal. */
	readonly share: number;
}

export interface LeftOut {
	readonly clips: readonly Clip[];
	/** Frames that are in none of them any more. */
	readonly frames: number;
}

/** Every how many-th window is looked at: what is odd for less is over before it is learned. */
const EVERY = 3;
/** Frames before and after an odd window that go with it. */
const MARGIN = 5;

/**
 * Leaves out of footage that nobody has looked at what another model finds oddest, with a margin; a clip falls into what is
 * left of it before and after. In the spirit of generative cooperative learning (Zaheer et al., CVPR 2022), with a model that
 * has not seen the footage in the place of one that is learning from it and soon takes it for normal.
 */
export async function leaveOutOddest(
	clips: readonly Clip[],
	{ model, share }: DoubtOptions,
	signal: AbortSignal,
): Promise<LeftOut> {
	const odd = await oddityOf(clips, model, signal);
	const sorted = odd.flatMap((windows) => windows.map(({ oddity }) => oddity)).sort((a, b) => b - a);
	const level = sorted[Math.round(share * sorted.length)];
	if (level === undefined) return { clips, frames: 0 };
	const kept = clips.flatMap((clip, index) => withoutFrames(clip, framesAbove(clip, odd[index]!, level, model)));
	const count = (of: readonly Clip[]) => of.reduce((sum, { frames }) => sum + frames.length, 0);
	return { clips: kept, frames: count(clips) - count(kept) };
}

interface Looked {
	/** Its newest frame. */
	readonly last: number;
	readonly oddity: number;
}

async function oddityOf(clips: readonly Clip[], model: MnadModel, signal: AbortSignal): Promise<Looked[][]> {
	const { inputs } = model.manifest;
	const channel = STEP_CHANNELS.indexOf(model.manifest.head === null ? 'patch' : 'oddity');
	const odd: Looked[][] = clips.map(() => []);
	const groups = Map.groupBy(clips.keys(), (index) => `${clips[index]!.size.width}x${clips[index]!.size.height}`);
	for (const group of groups.values()) {
		const { size } = clips[group[0]!]!;
		const graph = buildStep(model.manifest, 1, size, 'frozen');
		await using session = await openSession(emitOnnx(graph, { parameters: model.parameters, outputs: ['channels'] }), {
			name: 'footage in doubt',
		});
		const sight = new Uint8Array(size.width * size.height).fill(1);
		const given = { sight, memory: model.memory, gamma: Float32Array.of(-1) };
		const wanted = Object.fromEntries(Object.entries(given).filter(([name]) => name in session.inputs));
		const pixels = size.width * size.height;
		for (const index of group) {
			const { frames } = clips[index]!;
			for (let last = inputs; last < frames.length; last += EVERY) {
				signal.throwIfAborted();
				const window = new Uint8Array((inputs + 1) * pixels);
				for (let frame = 0; frame <= inputs; frame++) window.set(frames[last - inputs + frame]!, frame * pixels);
				const { channels } = await session.run({ frames: window, ...wanted });
				odd[index]!.push({ last, oddity: (channels as Float32Array)[channel]! });
			}
		}
	}
	return odd;
}

/** 1 for the frames of a clip that are in a window above the level or near one. */
function framesAbove({ frames }: Clip, windows: readonly Looked[], level: number, { manifest }: MnadModel): Uint8Array {
	const above = new Uint8Array(frames.length);
	for (const { last, oddity } of windows) {
		if (oddity > level) above.fill(1, Math.max(0, last - manifest.inputs - MARGIN), last + MARGIN + 1);
	}
	return above;
}

function withoutFrames({ name, size, frames }: Clip, out: Uint8Array): Clip[] {
	const kept: Clip[] = [];
	let from = 0;
	for (let at = 0; at <= frames.length; at++) {
		if (at < frames.length && out[at] === 0) continue;
		if (at > from) kept.push({ name, size, frames: frames.slice(from, at) });
		from = at + 1;
	}
	return kept;
}
