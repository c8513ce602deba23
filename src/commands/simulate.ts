import { SIMULATE_USAGE, simulateCommand } from '../ingest/simulate/command.ts';
import type { CommandIo } from './command.ts';

export const help = SIMULATE_USAGE;

export function run(args: string[], { stdout, signal, env }: CommandIo): Promise<number> {
	return simulateCommand(args, { stdout, signal, env, stdin: process.stdin });
}
