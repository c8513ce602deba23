import { LEARN_USAGE, learnCommand } from '../learn/command.ts';
import { type CommandIo, EXIT } from './command.ts';

export const help = LEARN_USAGE;

export async function run(args: string[], io: CommandIo): Promise<number> {
	await learnCommand(args, io);
	return EXIT.ok;
}
