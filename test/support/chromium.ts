import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { missing } from './peers.ts';

const BROWSER = '/usr/bin/chromium';

/** For a test's `skip`. */
export const chromiumMissing = missing('chromium');

export interface Page extends AsyncDisposable {
	/** What an expression is worth in the page, as JSON. */
	evaluate(expression: string): Promise<unknown>;
	/** Waits until an expression is true in the page. @throws with the page's text and its errors when it does not become so */
	until(expression: string): Promise<void>;
	/** Uncaught errors and whatever the content security policy refused. */
	readonly problems: readonly string[];
	/** Addresses that were asked for, the page's own first. */
	readonly requests: readonly string[];
	/** From here on the page is shown so. */
	look(as: Look): Promise<void>;
	/** The whole page, as a PNG file. */
	picture(): Promise<Uint8Array>;
}

export interface Look {
	readonly width: number;
	readonly height: number;
	readonly scheme: 'light' | 'dark';
	readonly media?: 'screen' | 'print';
}

/** Opens an address in a headless browser of its own, spoken to over the DevTools protocol. */
export async function openPage(url: string): Promise<Page> {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-chromium-'));
	const child = spawn(
		BROWSER,
		[
			...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0'],
			...[`--user-data-dir=${folder}`, 'about:blank'],
		],
		{ stdio: ['ignore', 'ignore', 'pipe'] },
	);
	const socket = new WebSocket(await pageAddress(await debuggerAddress(child.stderr)));
	await once(socket, 'open');
	const problems: string[] = [];
	const requests: string[] = [];
	const waiting = new Map<number, (result: Result) => void>();
	let last = 0;
	socket.on('message', (data) => {
		const message = JSON.parse(String(data)) as Message;
		if (message.id !== undefined) waiting.get(message.id)?.(message.result ?? {});
		else if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded') {
			problems.push(JSON.stringify(message.params));
		} else if (message.method === 'Network.requestWillBeSent') {
			requests.push(message.params?.request?.url ?? '');
		}
	});
	const call = (method: string, params: object = {}): Promise<Result> => {
		last += 1;
		const { promise, resolve } = Promise.withResolvers<Result>();
		waiting.set(last, resolve);
		socket.send(JSON.stringify({ id: last, method, params }));
		return promise;
	};
	const evaluate = async (expression: string) =>
		(await call('Runtime.evaluate', { expression, returnByValue: true })).result?.value;
	await call('Runtime.enable');
	await call('Log.enable');
	await call('Network.enable');
	await call('Page.navigate', { url });
	return {
		evaluate,
		problems,
		requests,
		look: async ({ width, height, scheme, media = 'screen' }) => {
			await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 500 });
			const features = [{ name: 'prefers-color-scheme', value: scheme }];
			await call('Emulation.setEmulatedMedia', { media, features });
		},
		picture: async () => {
			const { data } = await call('Page.captureScreenshot', { captureBeyondViewport: true });
			return Buffer.from(data ?? '', 'base64');
		},
		until: async (expression) => {
			for (let waitedMs = 0; (await evaluate(expression)) !== true; waitedMs += 50) {
				if (waitedMs > 15_000) {
					const text = await evaluate('document.body?.innerText');
					throw new Error(`Not so within 15 s: ${expression}\n${text}\n${problems.join('\n')}`);
				}
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		},
		[Symbol.asyncDispose]: async () => {
			socket.terminate();
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
			// Its own children may still be writing for a moment.
			await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
		},
	};
}

interface Result {
	readonly result?: { readonly value?: unknown };
	/** Of a picture. */
	readonly data?: string;
}

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly params?: { readonly request?: { readonly url: string } };
	readonly result?: Result;
}

async function debuggerAddress(stderr: NodeJS.ReadableStream): Promise<string> {
	for await (const line of createInterface({ input: stderr })) {
		const address = /^DevTools listening on (\S+)/.exec(line)?.[1];
		if (address === undefined) continue;
		stderr.resume();
		return address;
	}
	throw new Error('Chromium ended before it listened');
}

/** The first page's own address, from the list of all. */
async function pageAddress(browser: string): Promise<string> {
	const list = `http://${new URL(browser).host}/json/list`;
	for (let tries = 0; tries < 100; tries += 1) {
		const targets = (await (await fetch(list)).json()) as { type: string; webSocketDebuggerUrl: string }[];
		const page = targets.find(({ type }) => type === 'page');
		if (page !== undefined) return page.webSocketDebuggerUrl;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error('Chromium opened no page');
}
