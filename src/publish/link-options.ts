import type { MqttLinkOptions } from './mqtt.ts';
import type { MqttOptions } from './options.ts';

export interface MqttSecrets {
	readonly password: string | null;
	/** PEM text. */
	readonly ca: string | null;
}

/** The configured broker, or the embedded one at `embeddedUrl`; null when MQTT is off. `unique` tells clients without an id apart. */
export function linkOptionsOf(
	options: MqttOptions,
	secrets: MqttSecrets,
	embeddedUrl: string | null,
	unique: string,
): MqttLinkOptions | null {
	if (!options.enabled) return null;
	const clientId = options.clientId ?? `foreframe-${unique}`;
	const { base } = options;
	if (embeddedUrl !== null) return { url: embeddedUrl, username: null, password: null, ca: null, clientId, base };
	return { url: options.url, username: options.username ?? null, ...secrets, clientId, base };
}
