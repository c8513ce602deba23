import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
	readonly pid: number;
	readonly parent: number;
	/** One letter: Z is a zombie. */
	readonly state: string;
	/** Arguments joined by blanks. */
	readonly command: string;
}

/** Every process of this machine (Linux). */
export function processes(): readonly ProcessEntry[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
				const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
				const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
				return [{ pid: Number(name), parent: Number(parent), state, command }];
			} catch {
				// Gone in the meantime.
				return [];
			}
		});
}

/** The children of a process, zombies among them. */
export function childrenOf(parent: number): readonly ProcessEntry[] {
	return processes().filter((entry) => entry.parent === parent);
}

/** Waits until a process is gone. @throws Error when it is still there after `timeoutMs`. */
export async function untilGone(pid: number, timeoutMs: number): Promise<void> {
	const giveUp = performance.now() + timeoutMs;
	while (processes().some((entry) => entry.pid === pid && entry.state !== 'Z')) {
		if (performance.now() > giveUp) throw new Error(`Process ${pid} is still there after ${timeoutMs} ms`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
