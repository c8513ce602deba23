import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoConfig } from '../config/demo.ts';
import { runDaemon } from '../daemon.ts';
import { spawnSimulatedCamera } from '../ingest/simulate/spawn.ts';
import { VERSION } from '../version.ts';
import { type CommandIo, EXIT } from './command.ts';
import { commandHelp, parseOptions } from './options.ts';

const CALIBRATION = fileURLToPath(new URL('../../models/calibration/demo-walkway.json', import.meta.url));

export const help = commandHelp(
	'demo',
	'Serves a simulated walkway over RTSP and watches it with the shipped model: an embedded MQTT broker on\n127.0.0.1:18830, HTTP on 127.0.0.1:8480. After half a minute a cart drives by and is told; then something odd happens once a minute,\nand only what is far from normal is told, as the budget is one false alarm a day.',
	{},
);

export async function run(args: string[], { stdout, env, signal, secrets }: CommandIo): Promise<number> {
	parseOptions(args, {});
	await using opened = new AsyncDisposableStack();
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-demo-'));
	opened.defer(() => rm(folder, { recursive: true, force: true }));
	const camera = opened.use(
		await spawnSimulatedCamera({
			host: '127.0.0.1',
			port: 0,
			source: { kind: 'scene', seed: 1, oddities: 'demo' },
		}),
	);
	const config = demoConfig({ url: camera.url, calibration: CALIBRATION, folder });
	await runDaemon({
		config,
		secrets,
		version: VERSION,
		env,
		log: stdout,
		signal,
		started: ({ http, mqtt }) => {
			stdout.write(
				`\n  A simulated walkway is being watched. After half a minute a cart drives by; then something odd happens\n  once a minute, and only what is far from normal is told, as the budget is one false alarm a day.\n` +
					`  Page ${http}   alarms: mosquitto_sub -p ${mqtt === null ? '' : new URL(mqtt).port} -t 'foreframe/camera/+/alarm'   stop: Ctrl-C\n\n`,
			);
		},
	});
	return EXIT.ok;
}
