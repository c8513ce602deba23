#!/usr/bin/env node
// Plain JavaScript that any Node can read: an older one cannot read TypeScript, and would say something unhelpful.
if (Number.parseInt(process.versions.node, 10) < 26) {
	process.stderr.write(
		`foreframe: Cannot run on Node.js ${process.versions.node}: wanted 26 or newer, which npm brings: npm run -s foreframe -- COMMAND\n`,
	);
	process.exit(69);
}
import('../src/main.ts');
