import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../core/secrets.ts';
import { type CommandIo, EXIT } from './command.ts';
import { detectorFindings } from './doctor/detectors.ts';
import { type Finding, finding } from './doctor/finding.ts';
import { machineFindings } from './doctor/machine.ts';
import { siteFindings } from './doctor/site.ts';
import { commandHelp, parseOptions, usage } from './options.ts';

const OPTIONS = {
	config: {
		type: 'string',
		value: 'FILE',
		help: 'also look at what this configuration needs: cameras, broker, ports, folders',
	},
	json: { type: 'boolean', help: 'print one JSON object' },
} as const;

export const help = commandHelp(
	'doctor [--config FILE] [--json]',
	'Looks at this machine, and with a configuration at its models, cameras and broker: a line each, and what to do.\nChanges nothing. Exit code 0 when nothing failed, 1 when something did, 78 for a configuration that cannot be used.',
	OPTIONS,
);

export async function run(args: string[], { stdout, env, secrets, signal }: CommandIo): Promise<number> {
	const { values, positionals } = parseOptions(args, OPTIONS);
	if (positionals.length > 0) throw usage(`Cannot use ${positionals[0]}: wanted doctor [--config FILE]`);
	const { findings, config } =
		values.config === undefined ? { findings: [], config: null } : await configFindings(values.config, env, secrets);
	const all = [...findings, ...(await machineFindings(config, { env, signal }))];
	if (config !== null) all.push(...(await detectorFindings(config)), ...(await siteFindings(config, signal)));
	const clean = all.map((one) => ({ ...one, detail: secrets.redact(one.detail), advice: secrets.redact(one.advice) }));
	const failed = clean.some((one) => one.level === 'fail');
	stdout.write(
		values.json ? `${JSON.stringify({ ok: !failed, findings: clean }, null, '\t')}\n` : clean.map(line).join(''),
	);
	if (values.config !== undefined && config === null) return EXIT.config;
	return failed ? EXIT.failure : EXIT.ok;
}

function line({ level, about, detail, advice }: Finding): string {
	return `${level.padEnd(4)}  ${about}: ${detail}${advice === '' ? '' : `\n      → ${advice}`}\n`;
}

async function configFindings(
	path: string,
	env: NodeJS.ProcessEnv,
	secrets: Secrets,
): Promise<{ readonly findings: readonly Finding[]; readonly config: Config | null }> {
	const result = await loadConfig(path, { env, secrets });
	if (result.kind === 'refused') {
		const findings = result.problems.map((problem) => {
			const level = problem.severity === 'error' ? 'fail' : 'warn';
			return finding(level, 'configuration', formatProblem(problem));
		});
		return { findings, config: null };
	}
	const warnings = result.warnings.map((problem) => finding('warn', 'configuration', formatProblem(problem)));
	return { findings: [finding('ok', 'configuration', `${path} can be used`), ...warnings], config: result.config };
}
