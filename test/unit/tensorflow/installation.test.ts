import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { findInstallation } from '../../../src/tensorflow/installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder with packages that have no content, and programs that say they are Node.js of some version. */
async function machine(packages: readonly string[], versions: readonly string[]) {
	const folder = await temporaryFolder();
	for (const name of packages) {
		const path = join(folder.path, 'node_modules', name);
		await mkdir(path, { recursive: true });
		await writeFile(join(path, 'index.js'), '');
	}
	const bins: string[] = [];
	for (const version of versions) {
		const bin = join(folder.path, `bin-${version}`);
		await mkdir(bin);
		await writeFile(join(bin, 'node'), `#!/bin/sh\necho ${version}\n`);
		await chmod(join(bin, 'node'), 0o755);
		bins.push(bin);
	}
	return {
		folder: folder.path,
		path: [...bins, join(folder.path, 'nowhere')].join(delimiter),
		node: (version: string) => join(folder.path, `bin-${version}`, 'node'),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

const refused = (wanted: RegExp) => (error: unknown) =>
	isForeframeError(error, 'PROVIDER_REFUSED') && wanted.test(error.message);

test('the package for a GPU comes first, with the newest Node.js on the PATH that can load it', async () => {
	await using there = await machine(
		['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
		['v20.20.2', 'v26.1.0', 'v22.9.0', 'v18.0.0'],
	);
	const found = await findInstallation({}, there);
	assert.equal(found.packageName, '@tensorflow/tfjs-node-gpu');
	assert.equal(found.node, there.node('v22.9.0'));
});

test('a configured Node.js is taken, and refused where it is too old, too new or none', async () => {
	await using there = await machine(['@tensorflow/tfjs-node'], ['v20.20.2', 'v26.1.0', 'v18.0.0', 'hello']);
	assert.equal((await findInstallation({ node: there.node('v20.20.2') }, there)).node, there.node('v20.20.2'));
	for (const version of ['v26.1.0', 'v18.0.0']) {
		await assert.rejects(
			findInstallation({ node: there.node(version) }, there),
			refused(/is Node.js (26|18): @tensorflow\/tfjs-node wants 20 to 22/),
		);
	}
	await assert.rejects(findInstallation({ node: there.node('hello') }, there), refused(/says "hello\\n"/));
	await assert.rejects(findInstallation({ node: '/no/such/node' }, there), refused(/\/no\/such\/node cannot be run/));
});

test('without a package, or a Node.js for it, the refusal says what is wanted', async () => {
	await using bare = await machine(['@tensorflow/tfjs-core'], ['v22.9.0']);
	await assert.rejects(findInstallation({}, bare), refused(/none of @tensorflow\/tfjs-node-gpu, .* docs\/gpu.md/));
	await using newOnly = await machine(['@tensorflow/tfjs-node-gpu'], ['v26.1.0']);
	await assert.rejects(findInstallation({}, newOnly), refused(/PATH has none: set inference.tensorflowNode/));
});

test('plain JavaScript runs on the Node.js that runs everything else', async () => {
	await using there = await machine(['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'], ['v22.9.0']);
	assert.equal((await findInstallation({}, there)).node, process.execPath);
});
