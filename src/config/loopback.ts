import { isIPv4 } from 'node:net';

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
	if (isIPv4(host)) return host.startsWith('127.');
	return host === 'localhost' || host === '::1' || host === '[::1]';
}
