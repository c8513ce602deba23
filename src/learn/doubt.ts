import type { Size } from '../core/frame.ts';
import type { MnadModel } from '../detect/mnad/model.ts';
import { buildStep } from '../detect/mnad/step.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import { openSession } from '../onnx/session.ts';
import type { Clip } from './scene.ts';
import { CELL } from './sprite.ts';

export interface DoubtOptions {
	/** Says what looks odd; it must not have learned from this footage. */
	readonly model: MnadModel;
	/** Share of the windows, the oddest, in which what looks that odd is not believed to be normal. */
	readonly share: number;
}

export interface Doubted {
	/** With `doubted`. */
	readonly clips: readonly Clip[];
	/** Frames of which a part is not believed. */
	readonly frames: number;
}

/** Cells that make a window odd: the highest so many. */
const HIGHEST = 4;
/** Cells around an odd one, and frames before and after it, that are not believed with it: about where the thing moves. */
const AROUND = 2;
const MARGIN = 2;

/**
 * Marks in footage that nobody has looked at where another model finds the oddest. In the spirit of generative cooperative
 * learning (Zaheer et al., CVPR 2022), with a model that has not seen the footage in the place of one that is learning from it
 * and soon takes it for normal; and by place, since footage that is left out whole takes much with it that is normal.
 */
export async function doubtOddest(
	clips: readonly Clip[],
	{ model, share }: DoubtOptions,
	signal: AbortSignal,
): Promise<Doubted> {
	const looks = await look(clips, model, signal);
	const oddest = looks.flatMap((windows) => windows.map(({ odd }) => highest(odd))).sort((a, b) => b - a);
	const level = oddest[Math.round(share * oddest.length)];
	if (level === undefined) return { clips, frames: 0 };
	let frames = 0;
	const marked = clips.map((clip, index): Clip => {
		const doubted = doubtedIn(clip, looks[index]!, level);
		frames += doubted.filter((cells) => cells !== null).length;
		return { ...clip, doubted };
	});
	return { clips: marked, frames };
}

interface Look {
	/** The window's newest frame. */
	readonly last: number;
	/** How odd what is around each cell of it looks; only compared. `[height/8, width/8]` */
	readonly odd: Float32Array;
}

async function look(clips: readonly Clip[], model: MnadModel, signal: AbortSignal): Promise<Look[][]> {
	const { inputs } = model.manifest;
	const looks: Look[][] = clips.map(() => []);
	const groups = Map.groupBy(clips.keys(), (index) => `${clips[index]!.size.width}x${clips[index]!.size.height}`);
	for (const group of groups.values()) {
		const { size } = clips[group[0]!]!;
		const graph = buildStep(model.manifest, 1, size, 'frozen');
		await using session = await openSession(emitOnnx(graph, { parameters: model.parameters, outputs: ['heatMap'] }), {
			name: 'footage in doubt',
		});
		const pixels = size.width * size.height;
		const given = { sight: new Uint8Array(pixels).fill(1), memory: model.memory, gamma: Float32Array.of(-1) };
		const wanted = Object.fromEntries(Object.entries(given).filter(([name]) => name in session.inputs));
		for (const index of group) {
			const { frames } = clips[index]!;
			for (let last = inputs; last < frames.length; last++) {
				signal.throwIfAborted();
				const window = new Uint8Array((inputs + 1) * pixels);
				for (let frame = 0; frame <= inputs; frame++) window.set(frames[last - inputs + frame]!, frame * pixels);
				const { heatMap } = await session.run({ frames: window, ...wanted });
				looks[index]!.push({ last, odd: around(logOdds(heatMap as Float32Array), size) });
			}
		}
	}
	return looks;
}

/** Without a head the map is of squared errors, which are far below 1 and keep their order. */
function logOdds(map: Float32Array): Float32Array {
	return map.map((share) => Math.log((share + 1e-6) / (1 - share + 1e-6)));
}

/** Mean of each cell and its neighbours. */
function around(cells: Float32Array, size: Size): Float32Array {
	return cells.map((_, cell) => {
		const near = neighbours(cell, 1, size);
		return near.reduce((sum, one) => sum + cells[one]!, 0) / near.length;
	});
}

function neighbours(cell: number, reach: number, { width, height }: Size): number[] {
	const [across, down] = [width / CELL, height / CELL];
	const [x, y] = [cell % across, Math.floor(cell / across)];
	const near: number[] = [];
	for (let row = Math.max(0, y - reach); row <= Math.min(down - 1, y + reach); row++) {
		for (let column = Math.max(0, x - reach); column <= Math.min(across - 1, x + reach); column++) {
			near.push(row * across + column);
		}
	}
	return near;
}

function highest(odd: Float32Array): number {
	const most = odd.toSorted().subarray(-HIGHEST);
	return most.reduce((sum, value) => sum + value, 0) / most.length;
}

/** By frame the cells that are above the level in a window that is, those about them, and the same shortly before and after. */
function doubtedIn({ frames, size }: Clip, looks: readonly Look[], level: number): (Uint8Array | null)[] {
	const doubted = frames.map((): Uint8Array | null => null);
	for (const { last, odd } of looks) {
		if (highest(odd) <= level) continue;
		const cells = [...odd.keys()].filter((cell) => odd[cell]! > level);
		const wide = new Set(cells.flatMap((cell) => neighbours(cell, AROUND, size)));
		for (let frame = Math.max(0, last - MARGIN); frame <= Math.min(frames.length - 1, last + MARGIN); frame++) {
			const marks = doubted[frame] ?? new Uint8Array(odd.length);
			for (const cell of wide) marks[cell] = 1;
			doubted[frame] = marks;
		}
	}
	return doubted;
}
