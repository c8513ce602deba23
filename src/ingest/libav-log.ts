import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';

/**
 * Keeps libav's own lines off this process's terminal, where a person or a program reads ours: what failed is said by our
 * errors. Every function that opens something of libav's calls it, but for a camera's own process, which listens instead.
 */
export function silenceLibav(): void {
	Log.setLevel(AV_LOG_QUIET);
}
