import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { ZodError } from 'zod';
import { listenError } from '../core/listen-error.ts';
import { type ApiDeps, addApi } from './api.ts';
import { hostGuard } from './host-guard.ts';
import type { HttpOptions } from './options.ts';
import { Conflict, NotFound } from './refusals.ts';
import { addStatusPage } from './status-page.ts';

export interface HttpDeps extends ApiDeps {
	readonly version: string;
	/** What is still waited for, a sentence each; none means ready. */
	notReady(): readonly string[];
	metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
	/** Told of a bug in a request; the client hears only that there was one. */
	onError(error: Error): void;
}

export interface HttpServer extends AsyncDisposable {
	/** For the WebSocket. */
	readonly server: Server;
	readonly allowHost: (host: string | undefined) => boolean;
	/** The port it got, also when 0 was asked for. */
	readonly port: number;
	readonly url: string;
}

/** Serves health, metrics, the API and the status page. @throws ForeframeError LISTEN_FAILED */
export async function openHttp(options: Pick<HttpOptions, 'host' | 'port'>, deps: HttpDeps): Promise<HttpServer> {
	const { host } = options;
	const allowHost = hostGuard(host);
	const app = await buildHttp(deps, allowHost);
	try {
		await app.listen({ host, port: options.port });
	} catch (error) {
		await app.close();
		throw listenError(error, 'for HTTP', host, options.port);
	}
	const { port } = app.server.address() as AddressInfo;
	return {
		server: app.server,
		allowHost,
		port,
		url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
		[Symbol.asyncDispose]: () => app.close(),
	};
}

/** Everything but the listening. */
export async function buildHttp(
	deps: HttpDeps,
	allowHost: (host: string | undefined) => boolean,
): Promise<FastifyInstance> {
	const app = fastify({
		logger: false,
		forceCloseConnections: true,
		requestTimeout: 10_000,
		connectionTimeout: 30_000,
		bodyLimit: 4096,
		routerOptions: { maxParamLength: 100 },
	});
	app.addHook('onRequest', async (request, reply) => {
		if (!allowHost(request.headers.host)) return reply.code(421).send(problem('This server has another name'));
	});
	app.addHook('onRequest', async (request, reply) => {
		if (request.method !== 'POST' || isOwnOrigin(request.headers.origin, request.headers.host)) return;
		return reply.code(403).send(problem('A page of another origin may not ask for this'));
	});
	app.addHook('onSend', async (_request, reply) => {
		reply.headers(SECURITY_HEADERS);
		if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
	});
	app.setNotFoundHandler((request, reply) =>
		reply.code(404).send(problem(`There is nothing at ${pathOf(request.url)}`)),
	);
	app.setErrorHandler((error, _request, reply) => {
		if (error instanceof ZodError) return reply.code(400).send(problem(explainIssues(error)));
		if (error instanceof NotFound) return reply.code(404).send(problem(error.message));
		if (error instanceof Conflict) return reply.code(409).send(problem(error.message));
		const status = statusOf(error);
		if (status !== null) return reply.code(status).send(problem('The request cannot be understood'));
		deps.onError(error instanceof Error ? error : new Error(String(error)));
		return reply.code(500).send(problem('This request failed; the log says why'));
	});
	app.get('/healthz', async () => ({ status: 'ok' }));
	app.get('/readyz', async (_request, reply) => {
		const reasons = deps.notReady();
		return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
	});
	app.get('/metrics', async (_request, reply) => {
		const { contentType, text } = await deps.metrics();
		return reply.type(contentType).send(text);
	});
	addApi(app, deps);
	await addStatusPage(app, deps);
	return app;
}

const SECURITY_HEADERS = {
	'content-security-policy':
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'cross-origin-resource-policy': 'same-origin',
	'x-frame-options': 'DENY',
};

/** Programs send no Origin; a browser sends that of the page. */
function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
	return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function problem(message: string) {
	return { error: { message } };
}

function pathOf(url: string): string {
	return url.split('?', 1)[0]?.slice(0, 100) ?? '/';
}

function explainIssues({ issues }: ZodError): string {
	return issues
		.map((issue) =>
			issue.code === 'unrecognized_keys'
				? `There is no parameter ${issue.keys.map((key) => `"${key}"`).join(', ')}`
				: `Cannot use parameter "${issue.path.join('.')}": ${issue.message}`,
		)
		.join('; ');
}

/** Fastify's own refusals (a malformed address, a body that is too long) carry their status. */
function statusOf(error: unknown): number | null {
	if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
	return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : null;
}
