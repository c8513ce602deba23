import { requireConfig } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import { runDaemon } from '../daemon.ts';
import { VERSION } from '../version.ts';
import { type CommandIo, EXIT } from './command.ts';
import { commandHelp, parseOptions, usage } from './options.ts';

const OPTIONS = {
	config: { type: 'string', value: 'FILE', help: 'the configuration; may also stand alone' },
} as const;

export const help = commandHelp(
	'run --config FILE',
	'Watches the cameras of a configuration until it is stopped.\nExit code 78 when the configuration cannot be used.',
	OPTIONS,
);

export async function run(args: string[], { stderr, stdout, env, signal, secrets }: CommandIo): Promise<number> {
	const { values, positionals } = parseOptions(args, OPTIONS);
	const [path = values.config, ...more] = positionals;
	if (path === undefined || more.length > 0) {
		throw usage('Cannot run without exactly one configuration: wanted run --config FILE');
	}
	const loaded = await requireConfig(path, { env, secrets });
	for (const warning of loaded.warnings) stderr.write(`${formatProblem(warning)}\n`);
	await runDaemon({ config: loaded.config, secrets, version: VERSION, env, log: stdout, signal });
	return EXIT.ok;
}
