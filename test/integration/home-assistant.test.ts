import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { startDaemon } from '../support/daemon.ts';
import { type DeviceDiscovery, deviceDiscovery } from '../support/home-assistant-rules.ts';
import { jinjaMissing, render } from '../support/home-assistant-templates.ts';
import { mosquittoMissing, publish, type SeenMessage, startMosquitto, subscribe } from '../support/mosquitto.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const DEVICES = ['foreframe', 'foreframe_yard', 'foreframe_gate'];
const GATE = configOf('foreframe_gate');

test('Home Assistant finds every camera with its values, is told again when it starts, commands, and is told when a camera has gone', {
	skip: mosquittoMissing || jinjaMissing,
	timeout: 240_000,
}, async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-home-assistant-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	const video = join(folder, 'cyclist.mkv');
	await writeSceneRecording(video, {
		kind: 'scene',
		seed: 1,
		oddities: [{ kind: 'cyclist', startSeconds: 4001 }],
		framesPerSecond: 10,
		startSeconds: 4000,
		minutes: 10 / 60,
	});
	const camera = {
		source: { kind: 'file', path: video, loop: true },
		score: { calibration: join(MODELS, 'calibration', 'demo-walkway.json') },
		learning: { enabled: false },
	};
	await using broker = await startMosquitto();
	const configOfDaemon = (cameras: object) => ({
		mqtt: { url: broker.url, homeAssistant: { enabled: true } },
		record: { folder: join(folder, 'state') },
		cameras,
	});
	await using homeAssistant = await subscribe(broker.port, 'homeassistant/#');
	await using told = await subscribe(broker.port, 'foreframe/#');
	const configs = (topic: string) => homeAssistant.messages.filter((message) => message.topic === topic);
	{
		await using _daemon = await startDaemon(configOfDaemon({ yard: camera, gate: camera }));
		await homeAssistant.until('three devices', () => DEVICES.every((id) => configs(configOf(id)).length === 1), 60_000);
		await using later = await subscribe(broker.port, 'homeassistant/#');
		await later.until('what is retained', (messages) => messages.length === 3);
		assert.ok(later.messages.every(({ retained }) => retained));
		const devices = later.messages.map(({ text }) => deviceDiscovery.parse(JSON.parse(text)));

		const reads = devices.flatMap(readsOf);
		await told.until(
			'a message and a value for everything that is announced',
			(messages) =>
				reads.every(({ topic }) => messages.some((one) => one.topic === topic)) &&
				messages.some(({ topic, text }) => topic.endsWith('/gate/state') && JSON.parse(text).score !== null) &&
				messages.some(({ topic, text }) => topic.endsWith('/yard/stats') && JSON.parse(text).frame_age_ms !== null),
			120_000,
		);
		assertReadable(reads, told.messages);

		await publish(broker.port, 'homeassistant/status', 'online');
		await homeAssistant.until('all again', () => DEVICES.every((id) => configs(configOf(id)).length === 2), 30_000);

		const yard = devices.find(({ dev }) => dev.ids[0] === 'foreframe_yard')!;
		const armed = Object.values(yard.cmps).find((component) => component.p === 'switch')!;
		for (const [payload, wanted] of [
			[armed.payload_off!, 'OFF'],
			[armed.payload_on!, 'ON'],
		] as const) {
			const from = told.messages.length;
			await publish(broker.port, armed.command_topic, payload);
			await told.until(
				`the answer to ${payload}`,
				(messages) => messages.slice(from).some(({ topic }) => topic === 'foreframe/bridge/response/mode'),
				30_000,
			);
			const mode = wanted === 'OFF' ? '"mode":"paused"' : '"mode":"armed"';
			await told.until(
				`the state after ${payload}`,
				(messages) =>
					messages.slice(from).some(({ topic, text }) => topic === armed.state_topic && text.includes(mode)),
				30_000,
			);
			const state = told.messages.findLast(({ topic, text }) => topic === armed.state_topic && text.includes(mode))!;
			assert.deepEqual(render([{ template: armed.value_template!, text: state.text }]), [wanted]);
		}
		const button = yard.cmps['foreframe_yard_false-alarm'];
		assert.ok(button?.p === 'button');
		await publish(broker.port, button.command_topic, button.payload_press!);
		const answers = await told.until(
			'the answer to the button',
			(messages) => messages.some(({ topic }) => topic === 'foreframe/bridge/response/feedback'),
			30_000,
		);
		const answer = JSON.parse(answers.find(({ topic }) => topic === 'foreframe/bridge/response/feedback')!.text);
		assert.equal(answer.status, 'ok', answer.error);
	}
	await using _daemon = await startDaemon(configOfDaemon({ yard: camera }));
	await homeAssistant.until('the gate is taken back', () => configs(GATE).at(-1)?.text === '', 60_000);
	await homeAssistant.until('the yard is there still', () => configs(configOf('foreframe_yard')).length === 3, 30_000);
	await using after = await subscribe(broker.port, 'homeassistant/#');
	await after.until('two devices', (messages) => messages.length === 2);
	assert.ok(after.messages.every(({ topic, text }) => topic !== GATE && text !== ''));
});

interface Read {
	readonly topic: string;
	readonly template: string | undefined;
	/** Whether this is what the entity shows, so. */
	readonly fits: (rendered: string) => boolean;
}

/** Everything that Home Assistant would read for a device. */
function readsOf({ cmps, availability }: DeviceDiscovery): Read[] {
	const isAvailability = (text: string) => text === 'online' || text === 'offline';
	return Object.values(cmps).flatMap((component) => {
		const reads: Read[] = [...availability, ...(component.availability ?? [])].map(({ topic, value_template }) => ({
			topic,
			template: value_template,
			fits: isAvailability,
		}));
		if (component.json_attributes_topic !== undefined) {
			reads.push({
				topic: component.json_attributes_topic,
				template: component.json_attributes_template,
				fits: (text) => typeof JSON.parse(text) === 'object',
			});
		}
		if (component.p === 'button' || component.state_topic === undefined) return reads;
		reads.push({
			topic: component.state_topic,
			template: component.value_template,
			fits: (text) => {
				switch (component.p) {
					case 'binary_sensor':
						return text === (component.payload_on ?? 'ON') || text === (component.payload_off ?? 'OFF');
					case 'switch':
						return text === component.state_on || text === component.state_off;
					case 'sensor':
						return component.options?.includes(text) ?? (text === 'None' || Number.isFinite(Number(text)));
					case 'event':
						return component.event_types.includes(JSON.parse(text).event_type) && eventIsLateOrNot(text);
					default:
						return component satisfies never;
				}
			},
		});
		return reads;
	});
}

function eventIsLateOrNot(text: string): boolean {
	const { event_type, replayed } = JSON.parse(text) as { event_type: string; replayed: boolean };
	return event_type.endsWith('_late') === replayed;
}

/** Renders every template with every message that came on its topic, and each alarm also as one that comes late. */
function assertReadable(reads: readonly Read[], messages: readonly SeenMessage[]): void {
	const jobs = reads.flatMap((read) =>
		messages
			.filter(({ topic, text }) => topic === read.topic && text !== '')
			.flatMap(({ topic, text }) =>
				topic.endsWith('/alarm') ? [text, JSON.stringify({ ...JSON.parse(text), replayed: true })] : [text],
			)
			.map((text) => ({ read, text, template: read.template ?? '{{ value }}' })),
	);
	assert.ok(jobs.some(({ text }) => text.includes('"replayed":true')));
	const rendered = render(jobs);
	const shown = new Map<Read, string[]>();
	for (const [place, { read, template, text }] of jobs.entries()) {
		const value = rendered[place]!;
		assert.ok(read.fits(value), `${template} makes ${value} of ${text}`);
		shown.set(read, [...(shown.get(read) ?? []), value]);
	}
	for (const [{ topic, template }, values] of shown) {
		assert.ok(
			values.some((value) => value !== 'None'),
			`${template} of ${topic} never has a value`,
		);
	}
}

function configOf(id: string): string {
	return `homeassistant/device/${id}/config`;
}
