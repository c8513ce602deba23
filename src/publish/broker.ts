import { once } from 'node:events';
import net from 'node:net';
import { Aedes } from 'aedes';
import { listenError } from '../core/listen-error.ts';

/** An MQTT 3.1.1 broker inside the daemon: no passwords, keeps retained messages in memory only. */
export interface Broker extends AsyncDisposable {
	/** The port it got, also when 0 was asked for. */
	readonly port: number;
	readonly url: string;
}

const CONNECTIONS_MAX = 1000;
/** How long a client may take the last messages. */
const GOODBYE_MS = 500;

/** @throws ForeframeError LISTEN_FAILED */
export async function openBroker(options: { readonly host: string; readonly port: number }): Promise<Broker> {
	const { host } = options;
	const aedes = await Aedes.createBroker({ connectTimeout: 10_000, queueLimit: 1000, drainTimeout: 10_000 });
	// One client's broken packets or connection are that client's affair: aedes has closed it when it tells.
	aedes.on('clientError', () => {});
	aedes.on('connectionError', () => {});
	const sockets = new Set<net.Socket>();
	const server = net.createServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		aedes.handle(socket);
	});
	server.maxConnections = CONNECTIONS_MAX;
	try {
		server.listen(options.port, host);
		await once(server, 'listening');
	} catch (error) {
		await new Promise<void>((resolve) => aedes.close(resolve));
		throw listenError(error, 'for the embedded MQTT broker', host, options.port);
	}
	const { port } = server.address() as net.AddressInfo;
	return {
		port,
		url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`,
		[Symbol.asyncDispose]: async () => {
			const closed = once(server, 'close');
			server.close();
			const ended = new Promise<void>((resolve) => aedes.close(resolve));
			// It knows only those that have said who they are, and waits for them to hang up.
			for (const socket of sockets) socket.destroySoon();
			const deaf = setTimeout(() => {
				for (const socket of sockets) socket.destroy();
			}, GOODBYE_MS);
			await Promise.all([ended, closed]);
			clearTimeout(deaf);
		},
	};
}
