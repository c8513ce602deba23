import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freePort } from './mosquitto.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SHIPPED = fileURLToPath(new URL('../../config/prometheus', import.meta.url));
const RULES = ['foreframe.recording.yml', 'foreframe.alerts.yml'] as const;

export interface RuleGroup {
	readonly name: string;
	readonly rules: readonly {
		readonly alert?: string;
		readonly record?: string;
		readonly expr: string;
		readonly labels?: Readonly<Record<string, string>>;
		readonly annotations?: Readonly<Record<string, string>>;
	}[];
}

export function ruleGroups(file: (typeof RULES)[number]): readonly RuleGroup[] {
	return (parse(readFileSync(join(SHIPPED, file), 'utf8')) as { groups: RuleGroup[] }).groups;
}

export interface TestPrometheus extends AsyncDisposable {
	/** What an expression gives now. @throws Error with Prometheus's words where it is refused. */
	query(expression: string): Promise<readonly { readonly metric: Record<string, string>; readonly value: string }[]>;
	get(path: string): Promise<unknown>;
}

/** Debian's Prometheus with the shipped configuration, but for the target and the pace: it scrapes every second. */
export async function startPrometheus(target: string): Promise<TestPrometheus> {
	const folder = await temporaryFolder();
	const config = parse(readFileSync(join(SHIPPED, 'prometheus.yml'), 'utf8'));
	config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
	config.scrape_configs[0].static_configs[0].targets = [target];
	await writeFile(join(folder.path, 'prometheus.yml'), stringify(config));
	for (const file of RULES) await copyFile(join(SHIPPED, file), join(folder.path, file));
	const address = `127.0.0.1:${await freePort()}`;
	const child = spawn(
		'prometheus',
		[
			`--config.file=${join(folder.path, 'prometheus.yml')}`,
			`--storage.tsdb.path=${join(folder.path, 'data')}`,
			`--web.listen-address=${address}`,
		],
		{ stdio: ['ignore', 'ignore', 'pipe'] },
	);
	let said = '';
	child.stderr.on('data', (chunk) => {
		said += chunk;
	});
	const gone = once(child, 'exit');
	const get = async (path: string): Promise<unknown> => {
		const answer = (await (await fetch(`http://${address}${path}`)).json()) as {
			status: string;
			error?: string;
			data: unknown;
		};
		if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
		return answer.data;
	};
	const ready = async (): Promise<boolean> =>
		(await fetch(`http://${address}/-/ready`).catch(() => null))?.status === 200;
	for (let tries = 0; !(await ready()); tries += 1) {
		if (child.exitCode !== null || tries > 300) throw new Error(`Prometheus does not start: ${said}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return {
		get,
		query: async (expression) => {
			const { result } = (await get(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
				result: { metric: Record<string, string>; value: [number, string] }[];
			};
			return result.map(({ metric, value }) => ({ metric, value: value[1] }));
		},
		[Symbol.asyncDispose]: async () => {
			if (child.exitCode === null) child.kill('SIGTERM');
			await gone;
			await folder[Symbol.asyncDispose]();
		},
	};
}
