import type { CommandEntry } from './command.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
	{
		name: 'check',
		summary: 'check a configuration and tell all its problems at once',
		load: () => import('./check.ts'),
	},
	{
		name: 'doctor',
		summary: 'look at this machine and its cameras: what works, what does not, what to do',
		load: () => import('./doctor.ts'),
	},
];
