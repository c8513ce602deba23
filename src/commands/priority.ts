import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Lets other processes go before this one, its threads and the processes it starts from now on. */
export function lowerPriority(nice: number): void {
	setPriority(nice);
	if (process.platform !== 'linux') return;
	// There a priority belongs to a thread; those that are started later have that of their parent.
	for (const thread of readdirSync('/proc/self/task')) {
		try {
			setPriority(Number(thread), nice);
		} catch {
			// It has ended in the meantime.
		}
	}
}
