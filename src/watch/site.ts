import type { CameraConfig } from '../config/schema.ts';
import { aborted } from '../core/aborted.ts';
import type { CameraState, ModeRequest } from '../core/camera-state.ts';
import { ForeframeError } from '../core/errors.ts';
import type { FeedbackRequests } from '../core/feedback.ts';
import type { CameraModel } from '../core/learning-state.ts';
import type { MemoryRequests } from '../core/memory.ts';
import { scope } from '../core/scope.ts';
import type { CameraId } from '../core/units.ts';
import { feedbackRequests } from './feedback/requests.ts';
import { Turns } from './learning/turns.ts';
import { type Member, type MemberParts, openMember } from './member.ts';
import { Patience } from './patience.ts';

/** All the cameras of one daemon. */
export interface Site extends AsyncDisposable {
	states(): readonly CameraState[];
	/** A sentence for each camera that has not been tried yet. */
	notReady(): readonly string[];
	/** Lasts over restarts. @throws ForeframeError USAGE when there is no such camera, or no schedule to go back to */
	setMode(camera: CameraId, mode: ModeRequest): Promise<void>;
	/** Begin a learning, take the older model again. @throws ForeframeError USAGE saying why it cannot be done */
	learn(camera: CameraId): Promise<void>;
	rollBack(camera: CameraId): Promise<void>;
	/** What the camera shows is its view from now on. @throws ForeframeError USAGE when there is no such camera */
	acceptView(camera: CameraId): Promise<void>;
	readonly memory: MemoryRequests;
	readonly feedback: FeedbackRequests;
	description(): {
		readonly detector: string;
		readonly model: { readonly id: string; readonly version: string } | null;
		readonly models: ReadonlyMap<CameraId, CameraModel>;
	};
	/** Rejects when a camera's frames come but nothing is made of them. */
	proveWork(): Promise<void>;
	/** Until `signal` aborts. */
	watch(signal: AbortSignal): Promise<void>;
}

export type SiteParts = Omit<MemberParts, 'turns' | 'patience'>;

/** @throws ForeframeError MODEL_INVALID, STORE_FAILED, SOURCE_FAILED */
export async function openSite(cameras: readonly CameraConfig[], parts: SiteParts): Promise<Site> {
	const { clock, recorder } = parts;
	await using opened = new AsyncDisposableStack();
	const shared = { ...parts, turns: new Turns(), patience: new Patience(clock) };
	const members = new Map<CameraId, Member>();
	for (const camera of cameras) members.set(camera.id, opened.use(await openMember(camera, shared)));
	const all = [...members.values()];
	const member = (camera: CameraId): Member => {
		const found = members.get(camera);
		if (found === undefined) throw new ForeframeError('USAGE', `There is no camera "${camera}"`);
		return found;
	};
	const keeping = opened.move();

	return {
		states: () => all.map(({ status }) => status.state),
		notReady: () =>
			all
				.filter(({ status }) => !status.attempted)
				.map(({ camera }) => `camera ${camera} has not been reached for the first time yet`),
		setMode: async (camera, mode) => member(camera).setMode(mode),
		learn: async (camera) => member(camera).learn(),
		rollBack: (camera) => member(camera).rollBack(),
		acceptView: async (camera) => member(camera).acceptView(),
		feedback: feedbackRequests(recorder, (camera) => member(camera).feedback),
		memory: {
			snapshots: async (camera) => member(camera).memory.snapshots(),
			rollBack: async (camera, wanted) => member(camera).memory.rollBack(wanted, 'somebody asked for it'),
		},
		description: () => {
			const last = all.at(-1)?.models;
			const learned = all.flatMap(({ camera, models: { model } }) =>
				model === null ? [] : [[camera, model] as const],
			);
			return {
				detector: last?.knowledge.detector.name ?? 'none',
				model: last?.model ?? null,
				models: new Map(learned),
			};
		},
		proveWork: async () => {
			await recorder.outbox.depth();
			const stuck = all.filter(({ counts }) => counts.stuck(clock.monotonicNow()));
			if (stuck.length > 0) {
				throw new Error(`Frames of ${stuck.map(({ camera }) => camera).join(', ')} come, but none is scored`);
			}
		},
		watch: (signal) =>
			scope(signal, async (running) => {
				for (const one of all) one.spawn(running);
				await aborted(running.signal);
			}),
		[Symbol.asyncDispose]: () => keeping.disposeAsync(),
	};
}
