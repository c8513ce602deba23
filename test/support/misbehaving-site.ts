import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { Disturbance, IntegrityKind } from '../../src/core/integrity.ts';
import type { SceneSource } from '../../src/ingest/simulate/feed/scene-feed.ts';
import { parseMisbehaviours } from '../../src/ingest/simulate/misbehaviour.ts';
import { type SpawnedCamera, spawnSimulatedCamera } from '../../src/ingest/simulate/spawn.ts';
import { startDaemon } from './daemon.ts';

/** One thing that goes wrong with a camera, and what is to be told of it. */
export interface Trouble {
	/** As the simulated camera takes it. */
	readonly misbehave: string;
	readonly seconds: number;
	/** Time to get well again before the next one. */
	readonly restSeconds: number;
	/** null where nobody must act. */
	readonly fault: IntegrityKind | null;
	/** Of what passes. */
	readonly disturbance?: Disturbance;
	/** When it can be seen at all, from its beginning on. */
	readonly observableSeconds?: number;
	/** Told within this time of being observable. */
	readonly withinSeconds: number;
}

export interface Outcome extends Trouble {
	readonly camera: string;
	/** From its being observable to the picture that decided, and to the message; null where nothing was told. */
	readonly secondsToTell: number | null;
	readonly secondsToMessage: number | null;
	/** Faults of other kinds that were told meanwhile. */
	readonly others: readonly string[];
	/** Windows of the camera that were not judged for the disturbance. */
	readonly dropped: number;
	/** Anomaly alarms from its beginning to the end of the rest. */
	readonly anomalies: number;
}

interface Told {
	readonly atMs: number;
	readonly topic: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

/** Until a reference of the camera's view is there. */
const WARM_SECONDS = 16;

/** Who watches, and what is shown. */
export interface Watching {
	readonly detector: Readonly<Record<string, unknown>>;
	/** A calibration pack's path. */
	readonly calibration: string;
	readonly scene: Pick<SceneSource, 'width' | 'height' | 'framesPerSecond'>;
}

/** With the shipped model, as the demo does. */
export const WITH_MODEL: Watching = {
	detector: { name: 'mnad', model: 'mnad-compact' },
	calibration: fileURLToPath(new URL('../../models/calibration/demo-walkway.json', import.meta.url)),
	scene: {},
};

export type Site = Readonly<
	Record<string, { readonly transport: 'tcp' | 'udp'; readonly troubles: readonly Trouble[] }>
>;

/** Cameras of the simulated walkway, watched by a daemon over RTSP; each has its troubles one after the other. */
export async function runTroubles(
	cameras: Site,
	{ detector, calibration, scene }: Watching,
): Promise<readonly Outcome[]> {
	await using opened = new AsyncDisposableStack();
	const sources = new Map<string, SpawnedCamera>();
	for (const [order, name] of Object.keys(cameras).entries()) {
		const source = { ...scene, kind: 'scene', seed: 1, oddities: 'none', startSeconds: 100 + 50 * order } as const;
		sources.set(name, opened.use(await spawnSimulatedCamera({ source })));
	}
	const daemon = opened.use(
		await startDaemon({
			cameras: Object.fromEntries(
				Object.entries(cameras).map(([name, { transport }]) => [
					name,
					{
						source: { kind: 'rtsp', url: sources.get(name)!.url, transport, timeoutSeconds: 20 },
						framesPerSecond: 5,
						detector,
						score: { calibration },
						learning: { enabled: false },
					},
				]),
			),
			mqtt: { enabled: false },
		}),
	);
	const told: Told[] = [];
	const socket = new WebSocket(`${daemon.http.replace('http', 'ws')}/ws`);
	opened.defer(() => socket.terminate());
	socket.on('message', (data) => told.push({ ...JSON.parse(String(data)), atMs: Date.now() }));
	const lives = Object.entries(cameras).map(async ([name, { troubles }]) => {
		await daemon.line(new RegExp(`${name}: connected`), 120_000);
		await wait(WARM_SECONDS);
		const outcomes: Outcome[] = [];
		for (const trouble of troubles) {
			const before = await droppedFor(daemon.metric, name, trouble);
			const beganMs = Date.now();
			for (const { misbehaviour } of parseMisbehaviours(trouble.misbehave)) {
				await sources.get(name)!.misbehave(misbehaviour);
			}
			await wait(trouble.seconds);
			await sources.get(name)!.misbehave({ kind: 'behave' });
			await wait(trouble.restSeconds);
			const dropped = (await droppedFor(daemon.metric, name, trouble)) - before;
			outcomes.push(outcomeOf(name, trouble, told, beganMs, dropped));
		}
		return outcomes;
	});
	return (await Promise.all(lives)).flat();
}

function outcomeOf(camera: string, trouble: Trouble, all: readonly Told[], beganMs: number, dropped: number): Outcome {
	const told = all.filter(({ atMs }) => atMs >= beganMs);
	const faults = told.filter(
		({ topic, payload }) => topic === `camera/${camera}/integrity` && payload['event_type'] === 'started',
	);
	const told1 = faults.find(({ payload }) => payload['kind'] === trouble.fault);
	const observableMs = beganMs + 1000 * (trouble.observableSeconds ?? 0);
	const alarms = told.filter(
		({ topic, payload }) => topic === `camera/${camera}/alarm` && payload['event_type'] === 'started',
	);
	return {
		...trouble,
		camera,
		secondsToTell: told1 === undefined ? null : (Number(told1.payload['frame_time_ms']) - observableMs) / 1000,
		secondsToMessage: told1 === undefined ? null : (told1.atMs - observableMs) / 1000,
		others: faults.filter((fault) => fault !== told1).map(({ payload }) => String(payload['kind'])),
		dropped,
		anomalies: alarms.length,
	};
}

async function droppedFor(
	metric: (name: string) => Promise<number>,
	camera: string,
	trouble: Trouble,
): Promise<number> {
	const reason = trouble.disturbance ?? trouble.fault;
	if (reason === null) return 0;
	return metric(`foreframe_camera_windows_dropped_total{camera="${camera}",reason="${reason}"}`);
}

function wait(seconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** What is injected, three or four on each camera. */
export const TROUBLES: Site = {
	first: {
		transport: 'tcp',
		troubles: [
			{ misbehave: 'freeze', seconds: 12, restSeconds: 10, fault: 'frozen', withinSeconds: 10 },
			{ misbehave: 'dark', seconds: 12, restSeconds: 14, fault: 'dark', withinSeconds: 10 },
			{ misbehave: 'exposure:+40%', seconds: 12, restSeconds: 10, fault: null, disturbance: 'light', withinSeconds: 0 },
			{ misbehave: 'stall', seconds: 4, restSeconds: 8, fault: null, withinSeconds: 0 },
		],
	},
	second: {
		transport: 'tcp',
		troubles: [
			{ misbehave: 'covered', seconds: 12, restSeconds: 14, fault: 'covered', withinSeconds: 10 },
			{ misbehave: 'still', seconds: 14, restSeconds: 12, fault: 'frozen', withinSeconds: 10 },
			{ misbehave: 'infrared', seconds: 14, restSeconds: 10, fault: null, disturbance: 'light', withinSeconds: 0 },
			{ misbehave: 'jump:+60s', seconds: 4, restSeconds: 6, fault: null, withinSeconds: 0 },
		],
	},
	third: {
		transport: 'tcp',
		troubles: [
			{
				misbehave: 'loop:4s',
				seconds: 16,
				restSeconds: 18,
				fault: 'loop',
				observableSeconds: 4,
				withinSeconds: 8,
			},
			{ misbehave: 'defocused', seconds: 12, restSeconds: 14, fault: 'defocused', withinSeconds: 10 },
			{ misbehave: 'pan', seconds: 8, restSeconds: 10, fault: null, disturbance: 'pan', withinSeconds: 0 },
		],
	},
	fourth: {
		transport: 'tcp',
		troubles: [
			{ misbehave: 'moved', seconds: 12, restSeconds: 14, fault: 'moved', withinSeconds: 10 },
			{ misbehave: 'cut', seconds: 3, restSeconds: 10, fault: null, disturbance: 'cut', withinSeconds: 0 },
			{ misbehave: 'noise', seconds: 12, restSeconds: 18, fault: 'noise', withinSeconds: 10 },
		],
	},
	fifth: {
		transport: 'udp',
		troubles: [
			{ misbehave: 'drop:8%', seconds: 16, restSeconds: 24, fault: 'packet-loss', withinSeconds: 10 },
			{ misbehave: 'resize:480x270', seconds: 8, restSeconds: 8, fault: null, withinSeconds: 0 },
			{ misbehave: 'drop:1%', seconds: 3, restSeconds: 8, fault: null, withinSeconds: 0 },
		],
	},
};
