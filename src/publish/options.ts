import { z } from 'zod';

const topicLevel = z.string().regex(/^[^+#/\s]+(\/[^+#/\s]+)*$/, 'expected topic levels without +, # or spaces');

/** The MQTT broker, or none. */
export const mqttOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Publish over MQTT'),
	url: z
		.string()
		.regex(/^(mqtts?|wss?):\/\//, 'expected an address that begins with mqtt://, mqtts://, ws:// or wss://')
		.default('mqtt://127.0.0.1:1883')
		.describe('Address of the broker'),
	username: z.string().optional().describe('User name at the broker'),
	passwordFile: z
		.string()
		.optional()
		.describe('File that holds the password; a bare name is looked for in $CREDENTIALS_DIRECTORY'),
	caFile: z
		.string()
		.optional()
		.describe("File with the certificate authority of the broker's certificate, for mqtts://"),
	base: topicLevel.default('foreframe').describe('First level of every topic'),
	clientId: z.string().min(1).max(65535).optional().describe('Client id at the broker; two clients must not share one'),
	embedded: z
		.strictObject({
			enabled: z
				.boolean()
				.default(false)
				.describe('Run a broker inside the daemon, for small sites; no password, so on loopback only'),
			host: z.string().default('127.0.0.1').describe('Address it listens on'),
			port: z.number().int().min(0).max(65535).default(1883).describe('Port it listens on'),
		})
		.prefault({})
		.describe('The embedded broker; when it is enabled, url is not used'),
	homeAssistant: z
		.strictObject({
			enabled: z.boolean().default(false).describe('Announce the cameras to Home Assistant (2024.11 or later)'),
			prefix: topicLevel.default('homeassistant').describe('Discovery prefix that Home Assistant is configured with'),
			statusTopic: topicLevel
				.default('homeassistant/status')
				.describe('Topic on which Home Assistant says that it has started'),
		})
		.prefault({})
		.describe('Home Assistant, by MQTT discovery'),
});
export type MqttOptions = z.infer<typeof mqttOptions>;
