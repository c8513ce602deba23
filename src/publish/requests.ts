import { z } from 'zod';
import type { ModeRequest } from '../core/camera-state.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { FeedbackChannel, FeedbackRequests } from '../core/feedback.ts';
import type { MemoryRequests, SnapshotReason, WantedMemory } from '../core/memory.ts';
import { type AlarmId, type CameraId, cameraId, utcMs } from '../core/units.ts';
import { feedbackOf, snapshotOf } from './messages.ts';
import {
	cameraRequest,
	feedbackRequest,
	LEARNING_COMMANDS,
	learningRequest,
	memoryRequest,
	memoryRollbackRequest,
	modeRequest,
	type ResponseMessage,
	request,
	TOPIC,
	VIEW_COMMANDS,
} from './wire.ts';

/** What the daemon does when it is asked over MQTT. */
export interface RequestHandlers {
	health(): Promise<Readonly<Record<string, unknown>>>;
	info(): Promise<Readonly<Record<string, unknown>>>;
	/** @throws ForeframeError when there is no such camera or it cannot be switched */
	setMode(camera: CameraId, mode: ModeRequest): Promise<void>;
	/** Resolve when it is under way. @throws ForeframeError saying why it cannot be done */
	learn(camera: CameraId): Promise<void>;
	rollBack(camera: CameraId): Promise<void>;
	/** What the camera shows is its view from now on. @throws ForeframeError when there is no such camera */
	acceptView(camera: CameraId): Promise<void>;
	readonly memory: MemoryRequests;
	readonly feedback: FeedbackRequests;
}

/** How a request came. */
export type RequestChannel = Extract<FeedbackChannel, 'mqtt' | 'websocket'>;

export interface RequestsDeps {
	readonly handlers: RequestHandlers;
	respond(topic: string, response: ResponseMessage): Promise<void>;
	/** Of the last request; telemetry sees it, the asker does not. */
	onProblem(detail: string): void;
}

export const REQUEST_FILTERS = [
	TOPIC.bridgeRequest('+'),
	TOPIC.modeSet('+'),
	TOPIC.learnSet('+'),
	TOPIC.feedbackSet('+'),
	TOPIC.viewSet('+'),
];
/** Requests that wait or are at work; more are refused, so that nobody can pile them up. */
const WAITING_MAX = 16;
const TEXT_MAX = 4096;

/** Answers what comes in on REQUEST_FILTERS, one after the other, each on `bridge/response/<verb>`. */
export function createRequests({ handlers, respond, onProblem }: RequestsDeps) {
	let waiting = 0;
	let last: Promise<void> = Promise.resolve();
	return (topic: string, text: string, retained: boolean, channel: RequestChannel): void => {
		const asked = parseTopic(topic, text);
		if (asked === null) return;
		if (retained) {
			onProblem(`${topic} was published as retained and is ignored: it would be done again at every connection`);
			return;
		}
		if (waiting >= WAITING_MAX) {
			onProblem(`${topic} is refused: ${waiting} requests are waiting`);
			return;
		}
		waiting += 1;
		last = last.then(async () => {
			const response = await answer({ ...asked, channel }, text, handlers);
			await respond(TOPIC.bridgeResponse(asked.verb), response);
			waiting -= 1;
		});
	};
}

interface Asked {
	readonly verb: string;
	/** What a camera's own topic (`camera/<id>/mode/set`, `…/learn/set`) and its plain text say; null where the text is JSON. */
	readonly body: object | null;
}

interface AskedOver extends Asked {
	readonly channel: RequestChannel;
}

function parseTopic(topic: string, text: string): Asked | null {
	const verb = /^bridge\/request\/([a-z_]{1,32})$/.exec(topic)?.[1];
	if (verb !== undefined) return { verb, body: null };
	const [, camera, what] = /^camera\/([^/]+)\/(mode|learn|feedback|view)\/set$/.exec(topic) ?? [];
	if (camera === undefined) return null;
	const word = text.trim();
	if (what === 'mode') return { verb: 'mode', body: { camera, mode: word } };
	if (what === 'feedback') return { verb: 'feedback', body: { camera, verdict: word } };
	if (what === 'view') return { verb: 'accept_view', body: { camera, command: word } };
	return { verb: word === 'rollback' ? 'rollback' : 'learn', body: { camera, command: word } };
}

async function answer(asked: AskedOver, text: string, handlers: RequestHandlers): Promise<ResponseMessage> {
	let transaction: string | number | undefined;
	try {
		const body = asked.body ?? parseBody(text);
		transaction = request.parse(body).transaction;
		const data = await carryOut(asked, body, handlers);
		return { status: 'ok', data: { ...data }, ...(transaction === undefined ? {} : { transaction }) };
	} catch (error) {
		return { status: 'error', data: {}, error: explain(error), ...(transaction === undefined ? {} : { transaction }) };
	}
}

const lastFeedbackRequest = feedbackRequest.omit({ alarm: true }).extend({ camera: learningRequest.shape.camera });
const viewRequest = cameraRequest.extend({ command: z.enum(VIEW_COMMANDS).optional() });
const commandRequest = learningRequest.extend({ command: z.enum(LEARNING_COMMANDS).optional() });

class RequestProblem extends Error {}

function parseBody(text: string): unknown {
	if (text.length > TEXT_MAX) throw new RequestProblem(`expected at most ${TEXT_MAX} characters, not ${text.length}`);
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text);
	} catch {
		throw new RequestProblem('expected a JSON object or nothing');
	}
}

async function carryOut(
	asked: AskedOver,
	body: unknown,
	handlers: RequestHandlers,
): Promise<Readonly<Record<string, unknown>>> {
	switch (asked.verb) {
		case 'health':
			return handlers.health();
		case 'info':
			return handlers.info();
		case 'mode': {
			const { camera, mode } = modeRequest.parse(body);
			await handlers.setMode(cameraId(camera), mode);
			return { camera, mode };
		}
		case 'learn': {
			const { camera } = commandRequest.parse(body);
			await handlers.learn(cameraId(camera));
			return { camera };
		}
		case 'rollback': {
			const { camera } = commandRequest.parse(body);
			await handlers.rollBack(cameraId(camera));
			return { camera };
		}
		case 'accept_view': {
			const { camera } = viewRequest.parse(body);
			await handlers.acceptView(cameraId(camera));
			return { camera };
		}
		case 'feedback': {
			if (asked.body !== null) {
				const { camera, verdict } = lastFeedbackRequest.parse(body);
				const request = { action: verdict, channel: asked.channel, note: null };
				return feedbackOf(await handlers.feedback.giveLast(cameraId(camera), request));
			}
			const { alarm, verdict, note = null } = feedbackRequest.parse(body);
			const request = { action: verdict, channel: asked.channel, note };
			return feedbackOf(await handlers.feedback.give(alarm.toLowerCase() as AlarmId, request));
		}
		case 'memory': {
			const { camera } = memoryRequest.parse(body);
			return { camera, snapshots: (await handlers.memory.snapshots(cameraId(camera))).map(snapshotOf) };
		}
		case 'memory_rollback': {
			const { camera, time_ms, reason } = memoryRollbackRequest.parse(body);
			const { to, replaced } = await handlers.memory.rollBack(cameraId(camera), wantedMemory(time_ms, reason));
			return { camera, to: snapshotOf(to), replaced: replaced === null ? null : snapshotOf(replaced) };
		}
		default:
			throw new RequestProblem(
				`there is no request "${asked.verb}"; there are health, info, mode, learn, rollback, accept_view, memory, memory_rollback and feedback`,
			);
	}
}

export function wantedMemory(timeMs: number, reason?: SnapshotReason): WantedMemory {
	const time = utcMs(timeMs);
	return reason === undefined ? { kind: 'before', time } : { kind: 'snapshot', snapshot: { at: time, reason } };
}

/** Expected failures are told to whoever asked; a bug is thrown on. */
function explain(error: unknown): string {
	if (error instanceof z.ZodError) {
		return error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`).join('; ');
	}
	if (error instanceof RequestProblem || isForeframeError(error)) return describeError(error);
	throw error;
}
