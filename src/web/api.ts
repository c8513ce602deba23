import type { FastifyInstance } from 'fastify';
import type { Alarm } from '../core/alarm.ts';
import type { CameraState } from '../core/camera-state.ts';
import { isForeframeError } from '../core/errors.ts';
import { EVIDENCE_PICTURES, type EvidencePicture, type Explanation } from '../core/explanation.ts';
import { type AlarmId, type CameraId, isCameraId } from '../core/units.ts';
import { type AlarmQuery, alarmId, parseAlarmQuery } from './alarm-query.ts';
import { addFeedbackApi, type FeedbackApiDeps } from './feedback-api.ts';
import { addIntegrityApi, type IntegrityApiDeps } from './integrity-api.ts';
import { addMemoryApi, type MemoryApiDeps } from './memory-api.ts';
import { Conflict, NotFound } from './refusals.ts';

export interface ApiDeps extends MemoryApiDeps, FeedbackApiDeps, IntegrityApiDeps {
	/** All configured cameras, in the order of the configuration. */
	cameras(): readonly CameraState[];
	/** Newest first. */
	alarms(query: AlarmQuery): Promise<readonly Alarm[]>;
	alarm(id: AlarmId): Promise<Alarm | null>;
	/** null where nothing explains the alarm. */
	explanation(alarm: AlarmId): Promise<Explanation | null>;
	/** A PNG file, or null. */
	picture(alarm: AlarmId, picture: EvidencePicture): Promise<Uint8Array | null>;
	/** The wire format's fields of a camera, an alarm and its explanation. */
	cameraJson(state: CameraState): object;
	alarmJson(alarm: Alarm): object;
	explanationJson(explanation: Explanation): object;
	/** Resolve when it is under way. @throws ForeframeError saying why it cannot be done */
	learn(camera: CameraId): Promise<void>;
	rollBack(camera: CameraId): Promise<void>;
	acceptView(camera: CameraId): Promise<void>;
}

/** The API of version 1, in the fields of the MQTT messages. */
export function addApi(app: FastifyInstance, deps: ApiDeps): void {
	const cameraJson = (state: CameraState) => ({
		id: state.camera,
		availability: state.stream === 'ok' ? 'online' : 'offline',
		...deps.cameraJson(state),
	});
	app.get('/api/v1/cameras', async () => ({ cameras: deps.cameras().map(cameraJson) }));
	const stateOf = (id: string): CameraState => {
		const state = isCameraId(id) ? deps.cameras().find(({ camera }) => camera === id) : undefined;
		if (state === undefined) throw new NotFound(`There is no camera "${id}"; /api/v1/cameras lists them`);
		return state;
	};
	app.get<{ Params: { id: string } }>('/api/v1/cameras/:id', async ({ params: { id } }) => cameraJson(stateOf(id)));
	const commands = { learn: deps.learn, rollback: deps.rollBack, 'view/accept': deps.acceptView };
	for (const [verb, command] of Object.entries(commands)) {
		app.post<{ Params: { id: string } }>(`/api/v1/cameras/:id/${verb}`, async ({ params: { id } }, reply) => {
			const { camera } = stateOf(id);
			try {
				await command(camera);
			} catch (error) {
				if (!isForeframeError(error)) throw error;
				throw new Conflict(error.message);
			}
			return reply.code(202).send(cameraJson(stateOf(id)));
		});
	}
	addIntegrityApi(app, deps);
	addMemoryApi(app, deps, (id) => stateOf(id).camera);
	app.get('/api/v1/alarms', async ({ query }) => {
		const wanted = parseAlarmQuery(query);
		const alarms = await deps.alarms(wanted);
		const last = alarms.at(-1);
		return {
			alarms: alarms.map(deps.alarmJson),
			/** For `before`, to get the next page; null on the last one. */
			next: last !== undefined && alarms.length === wanted.limit ? last.id : null,
		};
	});
	const alarmOf = async (id: string): Promise<Alarm> => {
		const parsed = alarmId.safeParse(id);
		const alarm = parsed.success ? await deps.alarm(parsed.data) : null;
		if (alarm === null) throw new NotFound(`There is no alarm "${id}"`);
		return alarm;
	};
	addFeedbackApi(app, deps, alarmOf);
	app.get<{ Params: { id: string } }>('/api/v1/alarms/:id', async ({ params: { id } }) =>
		deps.alarmJson(await alarmOf(id)),
	);
	app.get<{ Params: { id: string } }>('/api/v1/alarms/:id/explanation', async ({ params: { id } }) => {
		const explanation = await deps.explanation((await alarmOf(id)).id);
		if (explanation === null) throw new NotFound(`Nothing is kept that explains alarm "${id}"`);
		return deps.explanationJson(explanation);
	});
	app.get<{ Params: { id: string; picture: string } }>(
		'/api/v1/alarms/:id/pictures/:picture',
		async ({ params: { id, picture } }, reply) => {
			const name = EVIDENCE_PICTURES.find((known) => `${known}.png` === picture);
			const png = name === undefined ? null : await deps.picture((await alarmOf(id)).id, name);
			if (png === null) throw new NotFound(`There is no picture "${picture}" of alarm "${id}"`);
			return reply.type('image/png').send(png);
		},
	);
}
