import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { exampleYaml } from '../../../src/config/example.ts';
import { type LoadedConfig, loadConfig, requireConfig } from '../../../src/config/load.ts';
import { formatProblem, type Problem } from '../../../src/config/problem.ts';
import { publicConfig } from '../../../src/config/public.ts';
import { isForeframeError } from '../../../src/core/errors.ts';
import { type ConfigFolder, configFolder } from '../../support/config-folder.ts';
import { oddSecrets } from '../../support/odd-secrets.ts';

const MINIMAL = 'cameras:\n  front:\n    source: {kind: rtsp, url: "rtsp://10.0.0.5/x"}\n';

test('A minimal file gives every default', async () => {
	const { config, warnings } = await loaded(MINIMAL);
	assert.deepEqual(warnings, []);
	assert.deepEqual(config.cameras[0], {
		id: 'front',
		name: 'front',
		enabled: true,
		source: { kind: 'rtsp', url: 'rtsp://10.0.0.5/x', transport: 'tcp', engine: 'node-av', timeoutSeconds: 8 },
		framesPerSecond: 5,
		size: 'auto',
		watch: 'everywhere',
		detector: { name: 'mnad', model: 'mnad-compact', memory: 'online' },
		score: config.cameras[0]?.score,
		alarm: config.cameras[0]?.alarm,
		standing: config.cameras[0]?.standing,
		integrity: { ignore: [], acceptMinutes: 10 },
		learning: config.cameras[0]?.learning,
	});
	assert.equal(config.http.port, 8480);
	assert.equal(config.mqtt.base, 'foreframe');
	assert.equal(config.record.folder, '/var/lib/foreframe');
});

test('A source may be its address alone, and keys whose values are commented out count as not given', async () => {
	const long = await loaded(MINIMAL);
	const short = await loaded(
		'cameras:\n  front:\n    source: rtsp://10.0.0.5/x\n    alarm:\nmqtt:\n  # url: later\nlog:\n',
	);
	assert.deepEqual(short.config, long.config);
});

test('Anchors, aliases and merge keys share settings between cameras', async () => {
	const { config } = await loaded(`cameras:
  front: &common
    framesPerSecond: 8
    source: rtsp://10.0.0.5/x
  back:
    <<: *common
    source: rtsp://10.0.0.6/x
`);
	assert.deepEqual(
		config.cameras.map(({ id, framesPerSecond }) => [id, framesPerSecond]),
		[
			['front', 8],
			['back', 8],
		],
	);
});

test('A loaded configuration cannot be changed', async () => {
	const { config } = await loaded(MINIMAL);
	assert.throws(() => Object.assign(config.http, { port: 1 }), TypeError);
	assert.throws(() => Object.assign(config.cameras[0]!.source, { url: 'rtsp://elsewhere/' }), TypeError);
});

test('Every problem is told at once, at its line and column, with what was wanted and the nearest known key', async () => {
	const problems = await refused(`camers: 1
cameras:
  Front: rtsp://10.0.0.5/x
  b:
    source: {kind: rtps}
    size: {width: 60, hight: 96}
    framesPerSecond: 60
    detector: {name: linear-extrapolation, memory: paper}
  c:
  d:
    source: {kind: file, path: nothing.mp4}
    port: 3
log: {level: inof}
mqtt: []
inference:
  threads: 1.5
`);
	assert.deepEqual(
		problems.map(({ line, column, key, message }) => `${line}:${column} ${key}: ${message}`),
		[
			'1:1 camers: this key is not known; did you mean cameras?',
			'3:3 cameras.Front: wanted a camera id: 1 to 63 lower-case letters, digits, - and _, beginning with a letter or digit, got "Front"',
			'5:20 cameras.b.source.kind: wanted rtsp, file or images, got "rtps"; did you mean rtsp?',
			'6:11 cameras.b.size.height: missing: wanted a number',
			'6:19 cameras.b.size.width: wanted at least 64, got 60',
			'6:23 cameras.b.size.hight: this key is not known; did you mean height?',
			'7:22 cameras.b.framesPerSecond: wanted at most 30, got 60',
			'8:44 cameras.b.detector.memory: this key is not known here; known are name',
			'9:3 cameras.c: missing: wanted keys and values below it',
			'12:5 cameras.d.port: this key is not known here; it belongs to mqtt.embedded.port or http.port',
			'13:14 log.level: wanted debug, info, warn or error, got "inof"; did you mean info?',
			'14:7 mqtt: wanted keys and values below it, got an empty list',
			'16:12 inference.threads: wanted a whole number, got 1.5',
		],
	);
});

test('A missing file of one camera is told beside the mistakes of another', async () => {
	const problems = await refused(`cameras:
  a:
    source: {kind: file, path: nothing.mp4}
  b:
    source: rtsp://10.0.0.5/x
    enabled: perhaps
`);
	assert.deepEqual(
		problems.map(({ line, column, key }) => `${line}:${column} ${key}`),
		['3:32 cameras.a.source.path', '6:14 cameras.b.enabled'],
	);
	assert.match(problems[0]!.message, /nothing\.mp4 does not exist: wanted a file/);
});

test('What a sound section names is looked at even when other sections and cameras are wrong', async () => {
	const problems = await refused(`cameras:
  b:
    source: 3
mqtt:
  username: u
  passwordFile: /nowhere/at/all
  caFile: nothing.pem
http: {port: 99999}
`);
	assert.deepEqual(
		problems.map(({ line, key }) => `${line} ${key}`),
		['3 cameras.b.source', '6 mqtt.passwordFile', '7 mqtt.caFile', '8 http.port'],
	);
	assert.match(problems[0]!.message, /^wanted an address \(rtsp:\/\/…\), or kind and its options below it, got 3$/);
});

test('Faults of syntax have a line and a sentence, and never quote the file', async () => {
	const cases: readonly (readonly [string, string, RegExp])[] = [
		['cameras:\n\tfront: hunter2\n', '2:1', /tab/],
		['cameras:\n  a: {source: rtsp://h/}\n  a: {source: rtsp://hunter2/}\n', '3:3', /twice/],
		['cameras: {a: hunter2', '1:21', /closing bracket/],
		['cameras: "hunter2\n', '2:1', /quotation mark/],
		['cameras: *hunter2\n', '1:10', /anchor/],
		['cameras:\n  a: &a {x: *hunter2}\n', '2:13', /anchor/],
		['cameras:\n  <<: hunter2\n', '2:3', /behind <</],
		['? {hunter2: 1}\n: 2\n', '1:3', /a key must be text/],
		['cameras: !hunter2 x\n', '1:10', /tag/],
		['a: 1\n---\nb: hunter2\n', '2:1', /second document/],
		['cameras: a: hunter2\n', '1:10', /two keys/],
		['log:\n  level: info\n format: hunter2\n', '3:1', /indentation|belong/],
	];
	for (const [text, place, message] of cases) {
		const problems = await refused(text);
		const shown = problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`).join('\n');
		assert.ok(shown.includes(place), `${JSON.stringify(text)} is told at ${shown}, not ${place}`);
		assert.match(shown, message);
		assert.ok(!shown.includes('hunter2'), shown);
	}
});

test('A damaged file is always answered with places inside it, never with an exception', async () => {
	const whole = exampleYaml().replaceAll(/^ *#.*\n/gm, '');
	const odd = oddSecrets(150, 1);
	await using folder = await configFolder();
	for (const [index, insertion] of odd.entries()) {
		const at = (index * 7919) % whole.length;
		const text = whole.slice(0, at) + insertion + whole.slice(at + (index % 5));
		const result = await load(text, folder);
		if (result.kind === 'loaded') continue;
		const lines = text.split('\n').length;
		for (const { line, column } of result.problems) {
			assert.ok(line !== null && column !== null && line >= 1 && line <= lines && column >= 1, text);
		}
	}
});

test('What is no configuration at all is told in one sentence', async () => {
	const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${`*${'abcdefghi'[i]},`.repeat(9)}]`).join('\n')}\n`;
	const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
		['', /empty/],
		['# only a comment\n', /empty/],
		['- a\n- b\n', /a list/],
		['hello\n', /a text/],
		[bomb, /unfold to too much/],
		['['.repeat(20_000), /nested too deeply/],
		['#'.repeat(2 ** 20 + 1), /1048577 bytes/],
		[new Uint8Array([0xff, 0xfe, 0x41, 0x00]), /UTF-8/],
		['a: 1\0', /NUL/],
	];
	for (const [content, message] of cases) {
		const problems = await refused(content);
		assert.match(problems.map(formatProblem).join('\n'), message);
	}
});

test('A file that cannot be opened is told by name', async () => {
	await using folder = await configFolder();
	const path = join(folder.path, 'absent.yaml');
	const result = await loadConfig(path, { env: {}, models: folder.models });
	assert.ok(result.kind === 'refused');
	assert.equal(formatProblem(result.problems[0]!), `${path}: error: the file does not exist`);
	const asFolder = await loadConfig(folder.path, { env: {}, models: folder.models });
	assert.ok(asFolder.kind === 'refused');
	assert.match(asFolder.problems[0]!.message, /this is a folder/);
});

test('Keys that objects are made of are refused like any other unknown key', async () => {
	const problems = await refused(`${MINIMAL}__proto__: {polluted: true}\nconstructor: 1\n`);
	assert.deepEqual(
		problems.map(({ key }) => key),
		['__proto__', 'constructor'],
	);
	assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('A password is read from a file beside the configuration, from an absolute path, or from the credentials', async () => {
	await using folder = await configFolder();
	const beside = await folder.write('secrets/camera', 'from-a-file\n');
	const credential = await folder.write('run/credentials/camera', 'from-credentials');
	await folder.write('camera', 'not-this-one');
	const env = { CREDENTIALS_DIRECTORY: join(folder.path, 'run/credentials') };
	for (const [name, path, secret] of [
		['./secrets/camera', beside, 'from-a-file'],
		[beside, beside, 'from-a-file'],
		['camera', credential, 'from-credentials'],
	] as const) {
		const { config, secrets, warnings } = await loaded(withPasswordFile(name), folder, env);
		assert.deepEqual(warnings, []);
		const { source } = config.cameras[0]!;
		assert.equal(source.kind === 'rtsp' && source.passwordFile, path);
		assert.equal(secrets.redact(`it is ${secret}!`), 'it is ***!');
		const basic = Buffer.from(`viewer:${secret}`).toString('base64');
		assert.equal(secrets.redact(`Authorization: Basic ${basic}`), 'Authorization: Basic ***');
	}
});

test('A password file that is missing, empty, long or open to everybody is told without its name where that may be a password', async () => {
	await using folder = await configFolder();
	await folder.write('empty', '\n');
	await folder.write('lines', 'a\nb\n');
	await folder.write('open', 'a password', 0o644);
	for (const [name, message] of [
		['hunter2', /no such file in .*CREDENTIALS_DIRECTORY is not set.*SECRET_UNREADABLE/],
		['empty', /it is empty/],
		['lines', /several lines/],
		['/dev', /not a file/],
	] as const) {
		const [problem] = await refused(withPasswordFile(name), folder);
		assert.equal(`${problem?.line}:${problem?.key}`, '6:cameras.front.source.passwordFile');
		assert.match(problem!.message, message);
		assert.ok(!problem!.message.includes('hunter2'));
	}
	const { warnings } = await loaded(withPasswordFile('open'), folder);
	assert.match(warnings[0]!.message, /every user of this machine can read .*open/);
});

test('Files and folders that a configuration names must be there, and become absolute', async () => {
	await using folder = await configFolder();
	const video = await folder.write('videos/a.mp4', 'x');
	const pack = await folder.write('pack.json', '{}');
	const text = (model: string, calibration: string) => `cameras:
  a:
    source: {kind: file, path: videos/a.mp4}
    detector: {name: mnad, model: ${model}}
    score: {calibration: ${calibration}}
record: {folder: state}
`;
	const { config } = await loaded(text('./shipped-models/mnad-compact', 'pack.json'), folder);
	const [camera] = config.cameras;
	assert.equal(camera?.source.kind === 'file' && camera.source.path, video);
	assert.equal(camera?.score.calibration, pack);
	assert.equal(camera?.detector.name === 'mnad' && camera.detector.model, join(folder.models, 'mnad-compact'));
	assert.equal(config.record.folder, join(folder.path, 'state'));

	const problems = await refused(text('mnad-compcat', 'videos'), folder);
	assert.deepEqual(
		problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
		[
			'4:35 there is no model mnad-compcat; did you mean mnad-compact?',
			`5:26 ${join(folder.path, 'videos')} is not a file`,
		],
	);
});

test('A false-alarm budget of zero, or of no unit, is refused at its place', async () => {
	for (const budget of ['0 per day', '0.0 per hour', '-1 per day', '3 per month', '5']) {
		const problems = await refused(`cameras:
  a: {source: "rtsp://10.0.0.5/x", alarm: {falseAlarms: "${budget}"}}
`);
		assert.deepEqual(
			problems.map(({ severity, line, key }) => `${severity} ${line} ${key}`),
			['error 2 cameras.a.alarm.falseAlarms'],
			budget,
		);
	}
});

test('Values that make no sense together are told', async () => {
	const { warnings } = await loaded(`cameras:
  a: {source: "rtsp://u:pw@10.0.0.5/x"}
  b: {source: "rtsp://10.0.0.5/x"}
http: {host: 0.0.0.0}
mqtt: {embedded: {enabled: true, host: 0.0.0.0}}
`);
	assert.deepEqual(
		warnings.map(({ line, key }) => `${line} ${key}`),
		['3 cameras.b.source', '4 http.host', '5 mqtt.embedded.host'].map((text) =>
			text.replace('b.source', 'b.source.url'),
		),
	);
	const problems = await refused(`cameras:
  a: {source: "rtsp://u:p#w@:"}
  b: {source: "rtsp://u:p w@:x"}
  c: {source: {kind: rtsp, url: "rtsp://10.0.0.5/", passwordFile: /etc/hostname}}
mqtt: {embedded: {enabled: true, port: 8480}}
`);
	assert.deepEqual(
		problems.filter(({ severity }) => severity === 'error').map(({ line, key }) => `${line} ${key}`),
		['2 cameras.a.source.url', '3 cameras.b.source.url', '4 cameras.c.source.passwordFile', '5 mqtt.embedded.port'],
	);
	for (const { message } of problems) assert.ok(!/p#w|p w/.test(message), message);
});

test('An encrypted camera whose certificate could not be checked as asked for is refused', async () => {
	const problems = await refused(`cameras:
  a: {source: {kind: rtsp, url: "rtsps://10.0.0.5/", caFile: /etc/hostname, engine: ffmpeg}}
  b: {source: {kind: rtsp, url: "rtsps://10.0.0.6/", transport: udp}}
  c: {source: {kind: rtsp, url: "rtsps://10.0.0.7/", caFile: absent.pem}}
`);
	assert.deepEqual(
		problems.map(({ line, key }) => `${line} ${key}`),
		['2 cameras.a.source.caFile', '3 cameras.b.source.transport', '4 cameras.c.source.caFile'],
	);
});

test('No password of odd characters is seen in a printed configuration, in its public form or in problems', async () => {
	for (const password of oddSecrets(60, 6)) {
		const url = `rtsp://viewer:${encodeURIComponent(password)}@10.0.0.5/x`;
		const { config, secrets } = await loaded(JSON.stringify({ cameras: { a: { source: url } } }));
		const seen = [inspect(config, { depth: 9 }), JSON.stringify(config), JSON.stringify(publicConfig(config))];
		for (const text of seen) {
			assert.ok(!text.includes(encodeURIComponent(password)), text);
			assert.ok(!text.includes(password), text);
			assert.match(text, /viewer:\*\*\*@10\.0\.0\.5/);
		}
		assert.ok(!secrets.redact(`the camera answered: ${password} is wrong`).includes(password));

		const raw = `rtsp//viewer:${password}@10.0.0.5/x`;
		const problems = await refused(JSON.stringify({ cameras: { a: { source: raw, size: raw, name: [raw] } } }));
		assert.ok(
			problems.every((problem) => !problem.message.includes(password)),
			problems.map(formatProblem).join('\n'),
		);
	}
});

test('requireConfig throws all problems as one coded error', async () => {
	await using folder = await configFolder();
	const path = await folder.write('f.yaml', 'cameras: {}\nlog: {level: loud}\n');
	await assert.rejects(requireConfig(path, { env: {}, models: folder.models }), (error) => {
		assert.ok(isForeframeError(error, 'CONFIG_INVALID'));
		assert.match(
			error.message,
			/2 problems:\n.*1:10: error: cameras: wanted at least one camera.*\n.*2:14: error: log\.level/,
		);
		return true;
	});
});

function withPasswordFile(name: string): string {
	return `cameras:
  front:
    source:
      kind: rtsp
      url: rtsp://10.0.0.5/x
      passwordFile: ${name}
      username: viewer
`;
}

async function load(content: string | Uint8Array, folder: ConfigFolder, env = {}) {
	const path = await folder.write('foreframe.yaml', content);
	return loadConfig(path, { env, models: folder.models });
}

async function loaded(content: string, given?: ConfigFolder, env = {}): Promise<LoadedConfig> {
	await using own = given === undefined ? await configFolder() : null;
	const result = await load(content, (given ?? own)!, env);
	assert.ok(result.kind === 'loaded', result.kind === 'refused' ? result.problems.map(formatProblem).join('\n') : '');
	return result;
}

async function refused(content: string | Uint8Array, given?: ConfigFolder): Promise<readonly Problem[]> {
	await using own = given === undefined ? await configFolder() : null;
	const result = await load(content, (given ?? own)!);
	assert.ok(result.kind === 'refused', 'the configuration was accepted');
	return result.problems;
}
