import { once } from 'node:events';
import net from 'node:net';

/** A door in front of a TCP server: closed, it hangs up on everybody at once. */
export interface Gate extends AsyncDisposable {
	readonly port: number;
	open(): void;
	close(): void;
}

export async function startGate(targetPort: number): Promise<Gate> {
	let isOpen = true;
	const sockets = new Set<net.Socket>();
	const keep = (socket: net.Socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => sockets.delete(socket));
	};
	const hangUp = () => {
		for (const socket of sockets) socket.destroy();
	};
	const server = net.createServer((client) => {
		keep(client);
		if (!isOpen) return void client.destroy();
		const target = net.connect(targetPort, '127.0.0.1');
		keep(target);
		client.pipe(target).pipe(client);
		client.once('close', () => target.destroy());
		target.once('close', () => client.destroy());
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return {
		port: (server.address() as net.AddressInfo).port,
		open: () => {
			isOpen = true;
		},
		close: () => {
			isOpen = false;
			hangUp();
		},
		[Symbol.asyncDispose]: async () => {
			const closed = once(server, 'close');
			server.close();
			hangUp();
			await closed;
		},
	};
}
