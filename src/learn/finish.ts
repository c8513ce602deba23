import type { Size } from '../core/frame.ts';
import type { Channel } from '../core/prediction.ts';
import type { ModelManifest } from '../detect/mnad/manifest.ts';
import { buildStep, STEP_CHANNELS } from '../detect/mnad/step.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import type { Provider } from '../onnx/options.ts';
import { openSession } from '../onnx/session.ts';
import type { Clip } from './scene.ts';
import type { Trained } from './train.ts';

/** Share of held-out normal windows that may teach the memory. */
const GATE_SHARE = 0.95;

/** What a trained network says of whole held-out windows, channel by channel, clip after clip. */
export interface HeldOutScores {
	/** The gate: a high quantile of the regular score. */
	readonly gate: number;
	readonly windows: number;
	readonly median: ReadonlyMap<Channel, number>;
}

/** Runs the finished network over held-out footage as a camera would, its memory frozen. */
export async function examineWhole(
	manifest: ModelManifest,
	{ parameters, memory }: Trained,
	heldOut: readonly Clip[],
	signal: AbortSignal,
	provider: Provider = 'cpu',
): Promise<HeldOutScores> {
	const rows: Float32Array[] = [];
	for (const [size, clips] of bySize(heldOut)) {
		const graph = buildStep(manifest, 1, size, 'frozen');
		await using session = await openSession(emitOnnx(graph, { parameters, outputs: ['channels'] }), {
			name: 'held-out footage',
			provider,
		});
		const gamma = Float32Array.of(-1);
		const sight = new Uint8Array(size.width * size.height).fill(1);
		for (const { frames } of clips) {
			for (let last = manifest.inputs; last < frames.length; last++) {
				signal.throwIfAborted();
				const window = pack(frames.slice(last - manifest.inputs, last + 1));
				const given = Object.entries({ frames: window, sight, memory, gamma }).filter(
					([name]) => name in session.inputs,
				);
				const { channels } = await session.run(Object.fromEntries(given));
				rows.push(channels as Float32Array);
			}
		}
	}
	const column = (channel: Channel) => Float64Array.from(rows, (row) => row[STEP_CHANNELS.indexOf(channel)]!).sort();
	const regular = column('regular');
	const channels = STEP_CHANNELS.filter((name) => name !== 'regularCode');
	return {
		gate: regular[Math.floor(GATE_SHARE * (regular.length - 1))]!,
		windows: rows.length,
		median: new Map(channels.map((channel) => [channel, column(channel)[rows.length >> 1]!])),
	};
}

function bySize(clips: readonly Clip[]): readonly (readonly [Size, readonly Clip[]])[] {
	const groups = Map.groupBy(clips, ({ size }) => `${size.width}x${size.height}`);
	return [...groups.values()].map((group) => [group[0]!.size, group] as const);
}

function pack(frames: readonly Uint8Array[]): Uint8Array {
	const packed = new Uint8Array(frames.length * frames[0]!.length);
	frames.forEach((frame, index) => {
		packed.set(frame, index * frame.length);
	});
	return packed;
}
