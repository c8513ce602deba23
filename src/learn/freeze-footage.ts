import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import { listFootage } from '../ingest/footage-folder.ts';

export interface FreezeRequest {
	/** What is there may go on being collected and thinned out. */
	readonly from: string;
	readonly into: string;
	/** Whether what was frozen before is to be used: a run goes on only with the footage it began with. */
	readonly keep: boolean;
	readonly replaceFile: (path: string, content: string) => Promise<void>;
}

/** Written when all is there. */
const COMPLETE = 'complete';

/**
 * A second name for each file of a footage folder, so that what a daemon collects and removes meanwhile changes nothing; costs
 * no room until the folder is thinned out.
 * @throws ForeframeError SOURCE_FAILED, STORE_FAILED
 */
export async function freezeFootage({ from, into, keep, replaceFile }: FreezeRequest): Promise<void> {
	const complete = join(into, COMPLETE);
	if (keep && (await isThere(complete))) return;
	const files = await listFootage(from);
	try {
		await rm(into, { recursive: true, force: true });
		await mkdir(into, { recursive: true, mode: 0o700 });
		for (const { name } of files) await linkOrCopy(join(from, name), join(into, name));
		await replaceFile(complete, '');
	} catch (error) {
		throw new ForeframeError('STORE_FAILED', `Cannot keep the footage of ${from} in ${into}: ${describeError(error)}`, {
			cause: error,
		});
	}
}

async function linkOrCopy(from: string, to: string): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		// It was thinned out a moment ago.
		if (code === 'ENOENT') return;
		// Another file system, or one without such links.
		await copyFile(from, to);
	}
}

function isThere(path: string): Promise<boolean> {
	return readFile(path).then(
		() => true,
		() => false,
	);
}
