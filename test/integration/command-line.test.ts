import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configFolder } from '../support/config-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'src/main.ts');

function foreframe(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
	return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env, timeout: 60_000 });
}

test('Exit codes: help 0, nothing or nonsense 64, an unusable configuration 78', () => {
	assert.equal(foreframe(['--help']).status, 0);
	assert.match(foreframe(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
	assert.equal(foreframe([]).status, 64);
	const unknown = foreframe(['chekc']);
	assert.deepEqual([unknown.status, unknown.stdout], [64, '']);
	assert.match(unknown.stderr, /^foreframe: Cannot run the command chekc: .* did you mean check\? \(USAGE\)\n$/);
	assert.equal(foreframe(['check', '--confg', 'x']).status, 64);
	assert.equal(foreframe(['check', '--config', '/nowhere/f.yaml']).status, 78);
});

test('Every command of the list tells its own help and loads', () => {
	const list = foreframe(['--help']).stdout;
	const names = [...list.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1]!);
	assert.ok(names.includes('check') && names.includes('doctor'), list);
	for (const name of names) {
		const { status, stdout, stderr } = foreframe([name, '--help']);
		assert.equal(status, 0, `${name}: ${stderr}`);
		assert.match(stdout, new RegExp(`foreframe ${name}`));
	}
});

test('check reads secrets from the credentials directory and never shows them', async () => {
	await using folder = await configFolder();
	await folder.write('credentials/front', 'hunter2-hunter2\n');
	const path = await folder.write(
		'f.yaml',
		`cameras:
  a:
    source: {kind: rtsp, url: rtsp://192.0.2.1/x, username: u, passwordFile: front}
    detector: {name: linear-extrapolation}
  b: {source: "rtsp://u:hunter2-hunter2@192.0.2.1/x", detector: {name: linear-extrapolation}}
`,
	);
	const { status, stdout, stderr } = foreframe(['check', '--config', path, '--json'], {
		...process.env,
		CREDENTIALS_DIRECTORY: join(folder.path, 'credentials'),
	});
	assert.equal(status, 0, stdout);
	const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: { severity: string; key: string }[] };
	assert.equal(ok, true);
	assert.deepEqual(
		problems.map(({ severity, key }) => `${severity} ${key}`),
		['warning cameras.b.source.url'],
	);
	assert.ok(!(stdout + stderr).includes('hunter2'));
});

test('Through npm, nothing but the command itself writes on stdout', () => {
	const { status, stdout } = spawnSync('npm', ['run', '-s', 'foreframe', '--', '--version'], {
		cwd: root,
		encoding: 'utf8',
		timeout: 60_000,
	});
	assert.equal(status, 0);
	assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('The doctor tells a camera that answers from one that does not', async () => {
	await using folder = await configFolder();
	const camera = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
	await once(camera, 'listening');
	const { port } = camera.address() as { port: number };
	const gone = createServer().listen(0, '127.0.0.1');
	await once(gone, 'listening');
	const { port: closedPort } = gone.address() as { port: number };
	gone.close();
	const path = await folder.write(
		'f.yaml',
		`cameras:
  here: {source: "rtsp://u:geheim@127.0.0.1:${port}/x", detector: {name: linear-extrapolation}}
  gone: {source: "rtsp://127.0.0.1:${closedPort}/x", detector: {name: linear-extrapolation}}
mqtt: {enabled: false}
http: {port: 0}
record: {folder: state}
`,
	);
	const child = spawn(process.execPath, [main, 'doctor', '--config', path, '--json'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let stdout = '';
	child.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString();
	});
	const [code] = (await once(child, 'close')) as [number];
	camera.close();
	const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { about: string; level: string }[] };
	const levels = Object.fromEntries(findings.map(({ about, level }) => [about, level]));
	assert.deepEqual([code, ok], [1, false]);
	assert.equal(levels['camera here'], 'ok');
	assert.equal(levels['camera gone'], 'fail');
	assert.equal(levels['node-av'], 'ok');
	assert.equal(levels['onnxruntime'], 'ok');
	assert.equal(levels['state folder'], 'ok');
	assert.ok(!stdout.includes('geheim'));
	assert.ok(!existsSync(join(folder.path, 'state')), 'the doctor changed something');
});

test('The doctor tells a model that runs from one that does not', async () => {
	await using folder = await configFolder();
	const cameras = `cameras:
  a: {source: "rtsp://127.0.0.1:1/x"}
  b: {source: "rtsp://127.0.0.1:1/y", detector: {name: mnad, model: ./empty}}
http: {enabled: false}
record: {folder: state}
`;
	await folder.write('empty/notes.txt', 'no model\n');
	const path = await folder.write('f.yaml', `${cameras}inference: {provider: cpu}\n`);
	const { status, stdout, stderr } = foreframe(['doctor', '--config', path]);
	assert.equal(status, 1, stderr);
	assert.match(stdout, /^ok {4}model mnad-compact at 5 frames a second: mnad-compact-5fps runs on cpu$/m);
	assert.match(
		stdout,
		/^fail {2}model .*empty at 5 frames a second: .*holds no model\.json.*\n +→ look at detector\.model of b$/m,
	);
});

test('SIGINT ends a running command in an orderly way', async () => {
	const child = spawn(process.execPath, [main, 'simulate', '--port', '0', '--oddities', 'none'], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [first] = (await once(child.stdout, 'data')) as [Buffer];
	assert.match(first.toString(), /rtsp:\/\/127\.0\.0\.1:/);
	const startedAt = performance.now();
	child.kill('SIGINT');
	const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
	assert.deepEqual([code, signal], [0, null]);
	assert.ok(performance.now() - startedAt < 3000);
});

test('A Node.js that is too old is told how to start', {
	skip: olderNode() === null && 'needs an older Node.js beside',
}, () => {
	const { status, stderr } = spawnSync(olderNode()!, [join(root, 'bin/foreframe.js'), 'check'], { encoding: 'utf8' });
	assert.equal(status, 69);
	assert.match(stderr, /^foreframe: Cannot run on Node\.js .*npm run -s foreframe -- COMMAND\n$/);
});

/** Debian's own Node.js, where it is installed and older than ours. */
function olderNode(): string | null {
	const path = '/usr/bin/node';
	if (!existsSync(path)) return null;
	const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
	return Number.parseInt(stdout.slice(1), 10) < 26 ? path : null;
}

test('A daemon whose log nobody reads any more stops as a failure and leaves nothing behind', async () => {
	await using folder = await configFolder();
	const path = await folder.write(
		'f.yaml',
		`cameras:
  a: {source: "rtsp://127.0.0.1:9/x", detector: {name: linear-extrapolation}}
http: {port: 0}
mqtt: {enabled: false}
record: {folder: ${join(folder.path, 'state')}}
log: {format: text, level: debug}
`,
	);
	const child = spawn(process.execPath, [main, 'run', '--config', path], { stdio: ['ignore', 'pipe', 'pipe'] });
	const exited = once(child, 'exit');
	let complaints = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints += text;
	});
	await once(child.stdout, 'data');
	child.stdout.destroy();
	assert.deepEqual(await exited, [1, null], complaints);
	assert.equal(complaints, '');
	// The lock is free and the database was closed: a database that was not has a log beside it.
	assert.ok(!existsSync(join(folder.path, 'state', 'foreframe.db-wal')));
});
