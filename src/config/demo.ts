import { toConfig } from './config.ts';
import { type Config, type ConfigInput, configSchema } from './schema.ts';

export interface DemoSite {
	/** Address of the simulated camera. */
	readonly url: string;
	/** Path of the calibration pack for its scene. */
	readonly calibration: string;
	/** Folder for the state. */
	readonly folder: string;
}

/** The configuration of `foreframe demo`: one simulated camera, everything else on this machine. */
export function demoConfig({ url, calibration, folder }: DemoSite): Config {
	const file: ConfigInput = {
		cameras: {
			walkway: {
				name: 'Simulated walkway',
				source: { kind: 'rtsp', url },
				framesPerSecond: 5,
				detector: { name: 'mnad', model: 'mnad-compact' },
				score: { calibration },
				alarm: { falseAlarms: '1 per day' },
			},
		},
		mqtt: { embedded: { enabled: true, host: '127.0.0.1', port: 18830 }, homeAssistant: { enabled: true } },
		http: { host: '127.0.0.1', port: 8480 },
		record: { folder },
		log: { format: 'text' },
	};
	return toConfig(configSchema.parse(file));
}
