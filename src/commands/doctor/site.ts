import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CameraConfig, Config } from '../../config/schema.ts';
import { type Finding, finding } from './finding.ts';
import { canConnect, canListen } from './tcp.ts';

/** What a configuration needs around it: a folder to write to, ports to listen on, a broker and cameras to reach. */
export async function siteFindings(config: Config, signal: AbortSignal): Promise<readonly Finding[]> {
	const cameras = config.cameras.filter((camera) => camera.enabled);
	const findings = await Promise.all([
		stateFolder(config.record.folder),
		...listeners(config),
		...broker(config, signal),
		...cameras.map((camera) => cameraFinding(camera, signal)),
	]);
	return findings;
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
	const ports: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
	return [reach('MQTT broker', mqtt.url, ports, signal, 'start the broker (apt install mosquitto), or set mqtt.url')];
}

async function cameraFinding({ id, source }: CameraConfig, signal: AbortSignal): Promise<Finding> {
	const about = `camera ${id}`;
	if (source.kind !== 'rtsp') return finding('ok', about, `reads ${source.path}`);
	const advice = 'look at its power, its network and the address; is RTSP switched on in its settings?';
	return reach(about, source.url, { 'rtsp:': 554, 'rtsps:': 322 }, signal, advice);
}

async function reach(
	about: string,
	address: string,
	ports: Readonly<Record<string, number>>,
	signal: AbortSignal,
	advice: string,
): Promise<Finding> {
	const { hostname, port, protocol } = new URL(address);
	const host = hostname.replace(/^\[(.*)\]$/, '$1');
	const number = port === '' ? (ports[protocol] ?? 0) : Number(port);
	const failure = await canConnect(host, number, signal);
	return failure === null
		? finding('ok', about, `${hostname}:${number} answers`)
		: finding('fail', about, `${hostname}:${number} ${failure}`, advice);
}
