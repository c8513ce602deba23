import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { missing } from './peers.ts';

const BROKER = '/usr/sbin/mosquitto';
const SUBSCRIBER = '/usr/bin/mosquitto_sub';

/** For a test's `skip`. */
export const mosquittoMissing = missing('mosquitto', 'mosquitto_sub');

export interface Mosquitto extends AsyncDisposable {
	readonly port: number;
	readonly url: string;
	/** PEM file of the authority that signed its certificate, with `tls`. */
	readonly caFile: string;
	/** SIGKILL, and waits until it is gone. */
	kill(): Promise<void>;
	start(): Promise<void>;
	signal(signal: NodeJS.Signals): void;
}

/** A broker on a free port of 127.0.0.1 that forgets everything when killed, as one without persistence does. */
export async function startMosquitto(
	options: {
		readonly password?: { user: string; password: string };
		readonly tls?: boolean;
		readonly lines?: string[];
	} = {},
): Promise<Mosquitto> {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-mosquitto-'));
	// mosquitto leaves root for a user of its own, which must still read its files.
	await chmod(folder, 0o755);
	const port = await freePort();
	const lines = [`listener ${port} 127.0.0.1`, 'persistence false', ...(options.lines ?? [])];
	if (options.password === undefined) lines.push('allow_anonymous true');
	else {
		const file = join(folder, 'passwords');
		execFileSync('/usr/bin/mosquitto_passwd', ['-b', '-c', file, options.password.user, options.password.password]);
		await chmod(file, 0o644);
		lines.push('allow_anonymous false', `password_file ${file}`);
	}
	const caFile = join(folder, 'certificate.pem');
	if (options.tls === true) {
		const key = join(folder, 'key.pem');
		const request = [
			'req',
			'-x509',
			'-newkey',
			'ec',
			'-pkeyopt',
			'ec_paramgen_curve:prime256v1',
			'-nodes',
			'-days',
			'1',
		];
		const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
		execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', caFile], { stdio: 'ignore' });
		await chmod(key, 0o644);
		lines.push(`certfile ${caFile}`, `keyfile ${key}`);
	}
	const configFile = join(folder, 'mosquitto.conf');
	await writeFile(configFile, `${lines.join('\n')}\n`);
	let child: ChildProcess | null = null;
	const start = async () => {
		child = spawn(BROKER, ['-c', configFile], { stdio: 'ignore' });
		await listening(port, child);
	};
	const kill = async () => {
		if (child === null) return;
		const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
		child.kill('SIGKILL');
		await gone;
		child = null;
	};
	await start();
	return {
		port,
		url: `${options.tls === true ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
		caFile,
		kill,
		start,
		signal: (signal) => void child?.kill(signal),
		[Symbol.asyncDispose]: async () => {
			await kill();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

export interface SeenMessage {
	readonly topic: string;
	readonly text: string;
	readonly retained: boolean;
	readonly qos: number;
}

export interface Subscriber extends AsyncDisposable {
	/** Grows while it runs. */
	readonly messages: readonly SeenMessage[];
	/** @throws after `timeoutMs`, with what has been seen. */
	until(
		what: string,
		condition: (messages: readonly SeenMessage[]) => boolean,
		timeoutMs?: number,
	): Promise<readonly SeenMessage[]>;
}

/** `mosquitto_sub` as a user would run it; subscribed when this returns. */
export async function subscribe(port: number, topic: string, more: readonly string[] = []): Promise<Subscriber> {
	const format = ['-F', '%r %q %t %p'];
	const address = ['-h', '127.0.0.1', '-p', `${port}`, '-q', '1', '-t', topic];
	// Into a pipe it would keep "Subscribed" back until more comes.
	const child = spawn('stdbuf', ['-oL', SUBSCRIBER, ...address, '-d', ...format, ...more], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const messages: SeenMessage[] = [];
	const subscribed = Promise.withResolvers<void>();
	let check = () => {};
	createInterface({ input: child.stdout }).on('line', (line) => {
		if (line.startsWith('Subscribed')) subscribed.resolve();
		const match = /^([01]) ([012]) (\S+) (.*)$/.exec(line);
		if (match === null) return;
		messages.push({ retained: match[1] === '1', qos: Number(match[2]), topic: match[3] ?? '', text: match[4] ?? '' });
		check();
	});
	child.once('exit', (code) => subscribed.reject(new Error(`mosquitto_sub ended with ${code}`)));
	await subscribed.promise;
	return {
		messages,
		until: async (what, condition, timeoutMs = 10_000) => {
			const { promise, resolve, reject } = Promise.withResolvers<void>();
			const timer = setTimeout(
				() => reject(new Error(`mosquitto_sub did not see ${what}; it saw ${JSON.stringify(messages, null, 1)}`)),
				timeoutMs,
			);
			check = () => condition(messages) && resolve();
			check();
			await promise.finally(() => clearTimeout(timer));
			return messages;
		},
		[Symbol.asyncDispose]: async () => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
		},
	};
}

/** `mosquitto_pub` as a user would run it; returns when the broker has confirmed. */
export async function publish(port: number, topic: string, text: string, more: readonly string[] = []): Promise<void> {
	const address = ['-h', '127.0.0.1', '-p', `${port}`, '-q', '1', '-t', topic];
	const child = spawn('/usr/bin/mosquitto_pub', [...address, ...(text === '' ? ['-n'] : ['-m', text]), ...more]);
	const [code] = await once(child, 'exit');
	if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}

export async function freePort(): Promise<number> {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as net.AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 200; tries += 1) {
		if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
		const socket = net.connect(port, '127.0.0.1');
		const open = await Promise.race([
			once(socket, 'connect').then(() => true),
			once(socket, 'error').then(() => false),
		]).catch(() => false);
		socket.destroy();
		if (open) return;
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	throw new Error(`mosquitto does not listen on port ${port}`);
}
