import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { ForeframeError } from '../core/errors.ts';

interface OptionSpec {
	readonly type: 'string' | 'boolean';
	/** May be given several times. */
	readonly multiple?: true;
	/** What stands for the value in the help, such as FILE. */
	readonly value?: string;
	readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
export type OptionValues<Specs extends OptionSpecs> = {
	readonly [Name in keyof Specs]?: Specs[Name]['type'] extends 'boolean'
		? boolean
		: Specs[Name] extends { readonly multiple: true }
			? readonly string[]
			: string;
};

/** @throws ForeframeError USAGE for an unknown option, with the nearest known one, and for a missing or unwanted value. */
export function parseOptions<const Specs extends OptionSpecs>(
	args: readonly string[],
	specs: Specs,
): { readonly values: OptionValues<Specs>; readonly positionals: readonly string[] } {
	const options: ParseArgsOptionsConfig = Object.fromEntries(
		Object.entries(specs).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
	);
	const { values, positionals, tokens } = parseArgs({
		args: [...args],
		options,
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	for (const token of tokens) {
		if (token.kind !== 'option') continue;
		const spec = specs[token.name];
		if (spec === undefined) throw unknownOption(token.rawName, Object.keys(specs));
		if (spec.type === 'string' && (token.value === undefined || token.value === '')) {
			throw usage(`Cannot use ${token.rawName} alone: wanted ${token.rawName} ${spec.value ?? 'VALUE'}`);
		}
		if (spec.type === 'boolean' && token.value !== undefined) {
			throw usage(`Cannot give ${token.rawName} a value: wanted ${token.rawName} alone`);
		}
	}
	return { values: values as OptionValues<Specs>, positionals };
}

/** The help of a command: its usage, what it does, its options. */
export function commandHelp(usageLine: string, description: string, specs: OptionSpecs): string {
	const shown = Object.entries(specs).map(([name, { type, value, help }]) => {
		return [`--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`, help] as const;
	});
	return `Usage: foreframe ${usageLine}\n\n${description}\n\nOptions:\n${columns([...shown, ['--help', 'this text']])}`;
}

/** Two columns, the second one aligned. */
export function columns(rows: readonly (readonly [string, string])[]): string {
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('');
}

export function usage(message: string): ForeframeError {
	return new ForeframeError('USAGE', message);
}

function unknownOption(rawName: string, known: readonly string[]): ForeframeError {
	const near = nearest(rawName.replace(/^-+/, ''), [...known, 'help']);
	const hint =
		near === null ? `known are ${[...known, 'help'].map((name) => `--${name}`).join(', ')}` : `did you mean --${near}?`;
	return usage(`Cannot use the option ${rawName}: it is not known; ${hint}`);
}
