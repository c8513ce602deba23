import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandHelp, parseOptions } from '../../../src/commands/options.ts';
import { isForeframeError } from '../../../src/core/errors.ts';

const SPECS = {
	config: { type: 'string', value: 'FILE', help: 'the configuration' },
	json: { type: 'boolean', help: 'print JSON' },
} as const;

test('Options are read in every usual form', () => {
	assert.deepEqual(
		{ ...parseOptions(['--config', 'a.yaml', '--json'], SPECS).values },
		{ config: 'a.yaml', json: true },
	);
	assert.deepEqual({ ...parseOptions(['--config=a.yaml'], SPECS).values }, { config: 'a.yaml' });
	assert.deepEqual(parseOptions(['x', '--json', '--', '--config'], SPECS).positionals, ['x', '--config']);
	assert.deepEqual({ ...parseOptions([], SPECS).values }, {});
});

test('What cannot be understood is told with what was wanted', () => {
	const cases: readonly (readonly [readonly string[], RegExp])[] = [
		[['--confg', 'x'], /option --confg: it is not known; did you mean --config\?/],
		[['--zzzzzz'], /--zzzzzz: it is not known; known are --config, --json, --help/],
		[['-x'], /option -x/],
		[['--config'], /Cannot use --config alone: wanted --config FILE/],
		[['--config='], /Cannot use --config alone/],
		[['--json=1'], /Cannot give --json a value/],
	];
	for (const [args, message] of cases) {
		assert.throws(
			() => parseOptions(args, SPECS),
			(error) => isForeframeError(error, 'USAGE') && message.test(error.message),
			args.join(' '),
		);
	}
});

test('The help has a line for each option', () => {
	assert.equal(
		commandHelp('check [OPTIONS]', 'Checks.', SPECS),
		`Usage: foreframe check [OPTIONS]

Checks.

Options:
  --config FILE  the configuration
  --json         print JSON
  --help         this text
`,
	);
});
