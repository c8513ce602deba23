import { ForeframeError } from './errors.ts';

/** What a failed `listen` means to a person. `what` is told after the address, such as "for HTTP"; it may be empty. */
export function listenError(error: unknown, what: string, host: string, port: number): ForeframeError {
	const address = `${host}:${port} ${what}`.trimEnd();
	return new ForeframeError('LISTEN_FAILED', `Cannot listen on ${address}: ${meaning(error, port)}`, { cause: error });
}

function meaning(error: unknown, port: number): string {
	switch (error instanceof Error && 'code' in error ? error.code : undefined) {
		case 'EADDRINUSE':
			return `another program listens there (find it with: ss -ltnp sport = :${port}); stop it or choose another port`;
		case 'EACCES':
			return 'this user may not use that port; choose one above 1023';
		case 'EADDRNOTAVAIL':
			return 'this machine has no such address; choose one of its own, 127.0.0.1 or 0.0.0.0';
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return 'the host name is unknown';
		default:
			return error instanceof Error ? error.message : String(error);
	}
}
