import { maskAddresses } from '../core/secrets.ts';
import { encryptionFault } from '../ingest/options.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import { isLoopback } from './loopback.ts';
import { placesSense } from './places-sense.ts';
import { scheduleSense } from './schedule-sense.ts';
import type { ConfigFile } from './schema.ts';
import { streamHost } from './stream-host.ts';

/** What no single key can tell: values that are each allowed but make no sense together, or not on this network. */
export function senseOf(config: ConfigFile): readonly Finding[] {
	const cameras = Object.entries(config.cameras).flatMap(([id, camera]) => [
		...placesSense(id, camera),
		...scheduleSense(id, camera),
	]);
	return [...addresses(config), ...cameras, ...doubles(config), ...unused(config), ...listeners(config)];
}

function addresses(config: ConfigFile): Finding[] {
	const findings = brokerAddress(config);
	for (const [id, { source }] of Object.entries(config.cameras)) {
		if (source.kind !== 'rtsp') continue;
		const at = (key: string) => ['cameras', id, 'source', key];
		findings.push(...cameraAddress(at('url'), source.url));
		if (source.passwordFile !== undefined && source.username === undefined) {
			findings.push(errorAt(at('passwordFile'), 'a password needs a username beside it'));
		}
		const fault = encryptionFault(source);
		if (fault !== null) findings.push(errorAt(at(fault.key), fault.message));
		if (source.username !== undefined && streamHost(source.url)?.hasUser) {
			findings.push(errorAt(at('username'), 'the address has a user name already: wanted one of them'));
		}
	}
	return findings;
}

const ESCAPES = 'in a user name or password write @ as %40, / as %2F, # as %23, ? as %3F and : as %3A';

/** Says nothing of the address itself: the parts may be swapped, the password where the host should be. */
function cameraAddress(path: readonly string[], address: string): Finding[] {
	const host = streamHost(address);
	if (host === null || (host.port ?? 1) > 65_535) {
		return [errorAt(path, `this is not an address: wanted one such as rtsp://192.0.2.1:554/path; ${ESCAPES}`)];
	}
	if (host.hasUser || !address.includes('@')) return [];
	return [warningAt(path, `the address has an @ after its host: ${ESCAPES}`)];
}

function brokerAddress({ mqtt }: ConfigFile): Finding[] {
	const findings: Finding[] = [];
	const url = URL.parse(mqtt.url);
	const used = mqtt.enabled && !mqtt.embedded.enabled;
	if (used && (url === null || url.hostname === '' || mqtt.url.includes('#'))) {
		findings.push(
			errorAt(['mqtt', 'url'], `this is not an address: wanted one such as mqtt://192.0.2.1:1883; ${ESCAPES}`),
		);
	}
	if (mqtt.passwordFile !== undefined && mqtt.username === undefined) {
		findings.push(errorAt(['mqtt', 'passwordFile'], 'a password needs a username beside it'));
	}
	return findings;
}

function doubles({ cameras }: ConfigFile): Finding[] {
	const seen = new Map<string, string>();
	return Object.entries(cameras).flatMap(([id, { source, enabled }]) => {
		if (source.kind !== 'rtsp' || !enabled) return [];
		const address = streamHost(source.url)?.rest ?? source.url;
		const other = seen.get(address);
		seen.set(address, other ?? id);
		return other === undefined
			? []
			: [warningAt(['cameras', id, 'source', 'url'], `${other} has the same address, ${maskAddresses(address)}`)];
	});
}

function unused({ cameras, mqtt, http }: ConfigFile): Finding[] {
	const findings: Finding[] = [];
	if (Object.values(cameras).every((camera) => !camera.enabled)) {
		findings.push(warningAt(['cameras'], 'no camera is enabled: nothing will be watched'));
	}
	if (!mqtt.enabled && !http.enabled) {
		findings.push(warningAt(['mqtt', 'enabled'], 'neither mqtt nor http is enabled: nobody will be told of an alarm'));
	}
	return findings;
}

function listeners({ mqtt, http }: ConfigFile): Finding[] {
	const findings: Finding[] = [];
	const broker = mqtt.enabled && mqtt.embedded.enabled ? mqtt.embedded : null;
	if (broker !== null && http.enabled && broker.port === http.port && broker.port !== 0) {
		findings.push(errorAt(['mqtt', 'embedded', 'port'], `http listens on port ${http.port} too: wanted another one`));
	}
	if (broker !== null && !isLoopback(broker.host)) {
		findings.push(
			warningAt(
				['mqtt', 'embedded', 'host'],
				'the embedded broker has no password: everybody on this network can use it',
			),
		);
	}
	if (http.enabled && !isLoopback(http.host)) {
		findings.push(
			warningAt(['http', 'host'], 'HTTP has no log-in: everybody on this network can read cameras and alarms'),
		);
	}
	return findings;
}
