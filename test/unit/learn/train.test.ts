import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckpointFile } from '../../../src/learn/checkpoint.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import type { Snapshot } from '../../../src/learn/snapshot.ts';
import { type TrainProgress, type TrainRequest, train } from '../../../src/learn/train.ts';

const SIZE = { width: 48, height: 48 };

/** Two bright squares that walk past a slope. */
function movingSquares(seed: number): Clip {
	const random = seededRandom(seed);
	const squares = [0, 1].map(() => ({
		x: random.uniform() * 60,
		y: random.integer(34),
		speed: 1.5 + random.uniform(),
	}));
	const frames = Array.from({ length: 24 }, (_, t) =>
		Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, index) => {
			const [px, py] = [index % SIZE.width, Math.floor(index / SIZE.width)];
			const hit = squares.some(({ x, y, speed }) => {
				const left = ((x + speed * t) % 60) - 12;
				return px >= left && px < left + 12 && py >= y && py < y + 12;
			});
			return hit ? 220 : 40 + px;
		}),
	);
	return { name: `squares ${seed}`, size: SIZE, frames };
}

function request(change: Partial<TrainRequest> = {}): TrainRequest {
	return {
		recipe: {
			task: 'prediction',
			network: { kind: 'compact', widths: [16, 16] },
			inputs: 4,
			memory: { items: 5, temperature: 0.1 },
			head: { widths: [8, 8], position: true },
			batch: 2,
			crop: 32,
		},
		sampling: { skipShare: 1 / 3, strideMax: 4, patchShare: 0, transplantShare: 0, glideShare: 0 },
		clips: [1, 2, 3].map(movingSquares),
		heldOut: [movingSquares(4)],
		duration: { kind: 'steps', steps: 60 },
		learningRate: 0.04,
		seed: 1,
		threads: 1,
		signal: new AbortController().signal,
		progress: () => {},
		...change,
	};
}

test('the error on held-out footage falls, and what comes back is its lowest', async () => {
	const told: TrainProgress[] = [];
	const trained = await train(request({ progress: (progress) => told.push(progress) }));
	const errors = told.map(({ heldOutError }) => heldOutError!);
	assert.ok(trained.heldOutError < 0.95 * errors[0]!, `${errors} ended at ${trained.heldOutError}`);
	assert.ok(trained.heldOutError <= Math.min(...errors));
	assert.equal(trained.steps, 60);
	assert.deepEqual(
		told.map(({ step }) => step),
		[10, 20, 30, 40, 50, 60],
	);
	assert.equal(told.at(-1)!.done, 1);
	for (let item = 0; item < 5; item++) {
		assert.ok(Math.abs(Math.hypot(...trained.memory.subarray(item * 16, (item + 1) * 16)) - 1) < 1e-4);
	}
});

test('the same seed gives the same weights to the bit, another one others', async () => {
	const short = { duration: { kind: 'steps', steps: 5 } } as const;
	const first = await train(request(short));
	const second = await train(request(short));
	const other = await train(request({ ...short, seed: 2 }));
	assert.deepEqual(new Map(second.parameters), new Map(first.parameters));
	assert.deepEqual(second.memory, first.memory);
	assert.equal(second.heldOutError, first.heldOutError);
	assert.notDeepEqual(new Map(other.parameters), new Map(first.parameters));
});

test('with two lanes the same seed gives the same weights to the bit, near those of one', async () => {
	const recipe = { ...request().recipe, batch: 4 };
	const short = { recipe, threads: 2, duration: { kind: 'steps', steps: 12 } } as const;
	const first = await train(request(short));
	const second = await train(request(short));
	const alone = await train(request({ ...short, threads: 1 }));
	assert.deepEqual(new Map(second.parameters), new Map(first.parameters));
	assert.deepEqual(second.memory, first.memory);
	assert.equal(second.heldOutError, first.heldOutError);
	assert.notDeepEqual(new Map(alone.parameters), new Map(first.parameters));
	// Another seed is further off than this: the lanes see the windows that one graph sees.
	const other = await train(request({ ...short, threads: 1, seed: 2 }));
	const off = (error: number) => Math.abs(error / alone.heldOutError - 1);
	assert.ok(off(first.heldOutError) < 0.03, `${first.heldOutError} and ${alone.heldOutError}`);
	assert.ok(off(first.heldOutError) < 0.5 * off(other.heldOutError), `${other.heldOutError}`);
});

test('an abort ends it', async () => {
	const stopping = new AbortController();
	const reason = Object.assign(new Error('SIGINT'), { name: 'AbortError' });
	const progress = ({ step }: TrainProgress) => {
		if (step === 10) stopping.abort(reason);
		assert.ok(step <= 10);
	};
	await assert.rejects(train(request({ signal: stopping.signal, progress })), (error) => error === reason);
});

/** Keeps every checkpoint in `kept`: copies, as a file would be. */
function keeping(kept: Snapshot[], from: Snapshot | null): CheckpointFile {
	return {
		everyMs: 0,
		load: async (read) => (from === null ? null : read(structuredClone(from))),
		save: async ({ numbers, arrays }) => {
			kept.push(structuredClone({ numbers, arrays }));
		},
		remove: async () => {},
	};
}

test('a training that ended at any step and goes on gives the same weights to the bit', async () => {
	const whole = await train(request({ duration: { kind: 'steps', steps: 24 } }));
	const kept: Snapshot[] = [];
	await train(request({ duration: { kind: 'steps', steps: 24 }, checkpoint: keeping(kept, null) }));
	for (const step of [2, 11, 23, 24]) {
		const from = kept.find(({ numbers }) => numbers.step === step)!;
		const resumed: number[] = [];
		const trained = await train(
			request({
				duration: { kind: 'steps', steps: 24 },
				checkpoint: keeping(kept, from),
				resumed: (state) => resumed.push(state.step),
			}),
		);
		assert.deepEqual(resumed, [step]);
		assert.deepEqual(new Map(trained.parameters), new Map(whole.parameters));
		assert.deepEqual(trained.memory, whole.memory);
		assert.deepEqual([trained.heldOutError, trained.steps], [whole.heldOutError, 24]);
	}
});

test('a checkpoint of two lanes is gone on from with two to the bit, and with one as well', async () => {
	const recipe = { ...request().recipe, batch: 4 };
	const change = { recipe, threads: 2, duration: { kind: 'steps', steps: 8 } } as const;
	const kept: Snapshot[] = [];
	const whole = await train(request({ ...change, checkpoint: keeping(kept, null) }));
	const from = kept.find(({ numbers }) => numbers.step === 3)!;
	const again = await train(request({ ...change, checkpoint: keeping([], from) }));
	assert.deepEqual(new Map(again.parameters), new Map(whole.parameters));
	assert.deepEqual(again.memory, whole.memory);
	const alone = await train(request({ ...change, threads: 1, checkpoint: keeping([], from) }));
	assert.equal(alone.steps, 8);
	assert.ok(Math.abs(alone.heldOutError / whole.heldOutError - 1) < 0.03);
});

test('time that was learned before counts', async () => {
	const kept: Snapshot[] = [];
	const checkpoint: CheckpointFile = {
		everyMs: 0,
		load: async (read) => {
			const last = kept.at(-1);
			return last === undefined ? null : read({ ...last, numbers: { ...last.numbers, elapsedMs: 3 * 60_000 } });
		},
		save: async (snapshot) => {
			kept.push(structuredClone(snapshot));
		},
		remove: async () => {},
	};
	await train(request({ duration: { kind: 'steps', steps: 2 }, checkpoint }));
	const { steps, minutes } = await train(request({ duration: { kind: 'minutes', minutes: 3 }, checkpoint }));
	assert.deepEqual([steps, minutes], [2, 3]);
});

test('learning that diverges is told, not written down', async () => {
	await assert.rejects(train(request({ learningRate: 1e30 })), /diverged/);
});

test('the running statistics of the published network come with its weights', async () => {
	const recipe = { ...request().recipe, network: { kind: 'paper', width: 4 } as const };
	const { parameters } = await train(request({ recipe, duration: { kind: 'steps', steps: 4 } }));
	const mean = parameters.get('encode.1.1.norm.mean')!;
	const variance = parameters.get('encode.1.1.norm.variance')!;
	assert.ok(mean.every((value) => value !== 0 && Number.isFinite(value)));
	assert.ok(variance.every((value) => value !== 1 && value > 0));
});
