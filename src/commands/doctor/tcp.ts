import { connect, createServer } from 'node:net';
import { listenError } from '../../core/listen-error.ts';

const CONNECT_TIMEOUT_MS = 3000;

/** null when a TCP connection can be made, else why not, as the rest of a sentence. */
export function canConnect(host: string, port: number, signal: AbortSignal): Promise<string | null> {
	const { promise, resolve } = Promise.withResolvers<string | null>();
	const socket = connect({ host, port, signal });
	socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(`does not answer within ${CONNECT_TIMEOUT_MS / 1000} s`));
	socket.once('connect', () => end(null));
	socket.once('error', (error: NodeJS.ErrnoException) => end(REASONS[error.code ?? ''] ?? `failed (${error.code})`));
	const end = (reason: string | null) => {
		socket.destroy();
		resolve(reason);
	};
	return promise;
}

const REASONS: Record<string, string> = {
	ECONNREFUSED: 'refuses the connection: nothing listens there',
	ENOTFOUND: 'is unknown: no such host name',
	EAI_AGAIN: 'is unknown: the name server does not answer',
	EHOSTUNREACH: 'cannot be reached: is it switched on?',
	ENETUNREACH: 'is in a network that this machine has no way to',
	ETIMEDOUT: 'does not answer',
};

/** null when this address can be listened on. */
export function canListen(host: string, port: number): Promise<{ code: string; message: string } | null> {
	const { promise, resolve } = Promise.withResolvers<{ code: string; message: string } | null>();
	const server = createServer();
	server.once('error', (error: NodeJS.ErrnoException) => {
		resolve({ code: error.code ?? '', message: listenError(error, '', host, port).message });
	});
	server.listen(port, host, () => server.close(() => resolve(null)));
	return promise;
}
