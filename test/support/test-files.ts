import { globSync } from 'node:fs';

/** Structure tests and everything that mirrors src/: no network, no clock. */
export function unitTests(): string[] {
	return [...globSync('test/structure/**/*.test.ts'), ...globSync('test/unit/**/*.test.ts')].sort();
}

/** Tests with real peers: streams, brokers, browsers, the daemon as a child process. */
export function integrationTests(): string[] {
	return globSync('test/integration/**/*.test.ts').sort();
}
