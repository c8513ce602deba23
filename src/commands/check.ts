import { loadConfig } from '../config/load.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { type CommandIo, EXIT } from './command.ts';
import { commandHelp, parseOptions, usage } from './options.ts';

const OPTIONS = {
	config: { type: 'string', value: 'FILE', help: 'the configuration; may also stand alone' },
	json: { type: 'boolean', help: 'print one JSON object' },
} as const;

export const help = commandHelp(
	'check --config FILE [--json]',
	'Reads a configuration as the daemon would, secrets and the files it names included, and tells all problems at once.\nExit code 0 when the daemon can use it (warnings allowed), 78 when not.',
	OPTIONS,
);

export async function run(args: string[], { stdout, env, secrets }: CommandIo): Promise<number> {
	const { values, positionals } = parseOptions(args, OPTIONS);
	const [path = values.config, ...more] = positionals;
	if (path === undefined || more.length > 0)
		throw usage('Cannot check without exactly one configuration: wanted check --config FILE');
	const result = await loadConfig(path, { env, secrets });
	const problems = result.kind === 'loaded' ? result.warnings : result.problems;
	const ok = result.kind === 'loaded';
	if (values.json) {
		stdout.write(`${JSON.stringify({ ok, file: path, problems }, null, '\t')}\n`);
	} else {
		stdout.write(problems.map((problem) => `${formatProblem(problem)}\n`).join(''));
		stdout.write(
			`${ok ? `${path} is fine: ${cameras(result.config.cameras.length)}` : `${path} cannot be used`}${counted(problems)}\n`,
		);
	}
	return ok ? EXIT.ok : EXIT.config;
}

function cameras(count: number): string {
	return count === 1 ? 'one camera' : `${count} cameras`;
}

function counted(problems: readonly Problem[]): string {
	const count = (severity: Problem['severity']) => problems.filter((problem) => problem.severity === severity).length;
	const parts = [plural(count('error'), 'problem'), plural(count('warning'), 'warning')].filter((part) => part !== '');
	return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function plural(count: number, word: string): string {
	return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
