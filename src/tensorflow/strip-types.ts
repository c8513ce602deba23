/**
 * A short process: writes a module and all it imports by relative paths as plain JavaScript. Not in the daemon's own, since
 * Node.js prints a warning where it strips types by hand.
 *
 * Arguments: the module, the folder to write to.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const [, , entry, target] = process.argv as [string, string, string, string];
// Every module of the project lies beneath it.
const root = resolve(dirname(entry), '..');
const waiting = [resolve(entry)];
const seen = new Set(waiting);
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
	const script = stripTypeScriptTypes(readFileSync(file, 'utf8')).replaceAll(
		/(from\s+|import\s+)'(\.{1,2}\/[^']+)\.ts'/g,
		(_, keyword: string, path: string) => {
			const imported = resolve(dirname(file!), `${path}.ts`);
			if (!seen.has(imported)) waiting.push(imported);
			seen.add(imported);
			return `${keyword}'${path}.mjs'`;
		},
	);
	const written = join(target, relative(root, file)).replace(/\.ts$/, '.mjs');
	mkdirSync(dirname(written), { recursive: true });
	writeFileSync(written, script, { mode: 0o600 });
}
