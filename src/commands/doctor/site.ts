import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CameraConfig, Config } from '../../config/schema.ts';
import { streamHost } from '../../config/stream-host.ts';
import { type Finding, finding } from './finding.ts';
import { canConnect, canListen } from './tcp.ts';

/** What a configuration needs around it: a folder to write to, ports to listen on, a broker and cameras to reach. */
export async function siteFindings(config: Config, signal: AbortSignal): Promise<readonly Finding[]> {
	const cameras = config.cameras.filter((camera) => camera.enabled);
	return Promise.all([
		stateFolder(config.record.folder),
		...listeners(config),
		...broker(config, signal),
		...cameras.map((camera) => cameraFinding(camera, signal)),
	]);
}

async function stateFolder(folder: string): Promise<Finding> {
	const about = 'state folder';
	const advice = `let the user that runs Foreframe own it: install -d -o USER ${folder}, or set record.folder`;
	const place = await nearestExisting(folder);
	const writable = await access(place, constants.W_OK | constants.X_OK).then(
		() => true,
		() => false,
	);
	if (!writable) return finding('fail', about, `this user may not write to ${place}`, advice);
	if (place !== folder) return finding('ok', about, `${folder} will be made`);
	const isFolder = (await stat(folder)).isDirectory();
	return isFolder
		? finding('ok', about, `${folder} can be written to`)
		: finding('fail', about, `${folder} is a file`, advice);
}

async function nearestExisting(path: string): Promise<string> {
	const there = await stat(path).then(
		() => true,
		() => false,
	);
	return there || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function listeners({ http, mqtt }: Config): Promise<Finding>[] {
	const wanted: [about: string, host: string, port: number, key: string][] = [];
	if (http.enabled) wanted.push(['HTTP', http.host, http.port, 'http.port']);
	if (mqtt.enabled && mqtt.embedded.enabled) {
		wanted.push(['embedded MQTT broker', mqtt.embedded.host, mqtt.embedded.port, 'mqtt.embedded.port']);
	}
	return wanted.map(async ([about, host, port, key]) => {
		const failure = await canListen(host, port);
		if (failure === null) return finding('ok', about, `${host}:${port} is free`);
		const advice = `when that is Foreframe itself, all is well; else set ${key} to a free port`;
		return finding(failure.code === 'EADDRINUSE' ? 'warn' : 'fail', about, failure.message, advice);
	});
}

function broker({ mqtt }: Config, signal: AbortSignal): Promise<Finding>[] {
	if (!mqtt.enabled || mqtt.embedded.enabled) return [];
	const { hostname, port, protocol } = new URL(mqtt.url);
	const number = port === '' ? (BROKER_PORTS[protocol] ?? 1883) : Number(port);
	const host = hostname.replace(/^\[(.*)\]$/, '$1');
	const advice = 'start the broker (apt install mosquitto), or set mqtt.url';
	return [reach('MQTT broker', { host, port: number }, signal, advice)];
}

const BROKER_PORTS: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

async function cameraFinding({ id, source }: CameraConfig, signal: AbortSignal): Promise<Finding> {
	const about = `camera ${id}`;
	if (source.kind !== 'rtsp') return finding('ok', about, `reads ${source.path}`);
	const address = streamHost(source.url);
	if (address === null) return finding('fail', about, 'has no host in its address');
	const port = address.port ?? (source.url.startsWith('rtsps:') ? 322 : 554);
	const advice = 'look at its power, its network and the address; is RTSP switched on in its settings?';
	return reach(about, { host: address.host, port }, signal, advice);
}

async function reach(
	about: string,
	{ host, port }: { readonly host: string; readonly port: number },
	signal: AbortSignal,
	advice: string,
): Promise<Finding> {
	const failure = await canConnect(host, port, signal);
	return failure === null
		? finding('ok', about, `${host}:${port} answers`)
		: finding('fail', about, `${host}:${port} ${failure}`, advice);
}
