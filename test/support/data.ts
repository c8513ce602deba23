import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder with data sets and recordings, which are not part of the project. */
export const dataFolder = resolve(process.env['FOREFRAME_DATA'] ?? join(import.meta.dirname, '../../../shared/data'));

/** For a test's `skip`: false where this part of the data is there, else why the test cannot run. */
export function withoutData(part: string): string | false {
	const path = join(dataFolder, part);
	return existsSync(path) ? false : `${path} is missing: set FOREFRAME_DATA to the folder that holds ${part}`;
}
