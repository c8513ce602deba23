import { isIPv4 } from 'node:net';

/**
 * Decides about Host headers. A server on loopback answers only to loopback names: else a web page anywhere could point
 * its own name at 127.0.0.1 and read everything (DNS rebinding). On other addresses any name may be right.
 */
export function hostGuard(listenHost: string): (host: string | undefined) => boolean {
	if (!isLoopback(listenHost)) return () => true;
	return (host) => host !== undefined && isLoopback(withoutPort(host));
}

function isLoopback(name: string): boolean {
	const bare = name.replace(/^\[(.*)\]$/, '$1').toLowerCase();
	return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function withoutPort(host: string): string {
	return host.replace(/:\d{1,5}$/, '');
}
