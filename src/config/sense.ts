import { maskAddresses } from '../core/secrets.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import { isLoopback } from './loopback.ts';
import type { ConfigFile } from './schema.ts';

/** What no single key can tell: values that are each allowed but make no sense together, or not on this network. */
export function senseOf(config: ConfigFile): readonly Finding[] {
	return [...addresses(config), ...doubles(config), ...unused(config), ...listeners(config)];
}

function addresses(config: ConfigFile): Finding[] {
	const findings = brokerAddress(config);
	for (const [id, { source }] of Object.entries(config.cameras)) {
		if (source.kind !== 'rtsp') continue;
		const path = ['cameras', id, 'source', 'url'];
		findings.push(...addressFindings(path, source.url, 'rtsp://192.0.2.1:554/path'));
		if (source.passwordFile !== undefined && source.username === undefined) {
			findings.push(errorAt(['cameras', id, 'source', 'passwordFile'], 'a password needs a username beside it'));
		}
		if (source.username !== undefined && URL.parse(source.url)?.username) {
			findings.push(
				errorAt(['cameras', id, 'source', 'username'], 'the address has a user name already: wanted one of them'),
			);
		}
	}
	return findings;
}

function brokerAddress({ mqtt }: ConfigFile): Finding[] {
	const findings = mqtt.embedded.enabled ? [] : addressFindings(['mqtt', 'url'], mqtt.url, 'mqtt://192.0.2.1:1883');
	if (mqtt.passwordFile !== undefined && mqtt.username === undefined) {
		findings.push(errorAt(['mqtt', 'passwordFile'], 'a password needs a username beside it'));
	}
	return findings;
}

/** Says nothing of the address itself: the parts may be swapped, the password where the host should be. */
function addressFindings(path: readonly string[], address: string, example: string): Finding[] {
	const escapes = 'in a user name or password write @ as %40, / as %2F, # as %23, ? as %3F and : as %3A';
	if (address.includes('#')) return [errorAt(path, `the address has a # in it, which ends an address: ${escapes}`)];
	const url = URL.parse(address);
	if (url === null || url.hostname === '' || /\s/.test(address)) {
		return [errorAt(path, `this is not an address: wanted one such as ${example}; ${escapes}`)];
	}
	if (url.username === '' && url.password === '' && address.includes('@')) {
		return [warningAt(path, `the address has an @ after its host: ${escapes}`)];
	}
	return [];
}

function doubles({ cameras }: ConfigFile): Finding[] {
	const seen = new Map<string, string>();
	return Object.entries(cameras).flatMap(([id, { source, enabled }]) => {
		if (source.kind !== 'rtsp' || !enabled) return [];
		const address = withoutUser(source.url);
		const other = seen.get(address);
		seen.set(address, other ?? id);
		return other === undefined
			? []
			: [warningAt(['cameras', id, 'source', 'url'], `${other} has the same address, ${maskAddresses(address)}`)];
	});
}

function withoutUser(address: string): string {
	const url = URL.parse(address);
	if (url === null) return address;
	url.username = '';
	url.password = '';
	return url.href;
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
