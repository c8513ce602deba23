import { ForeframeError } from '../core/errors.ts';

/** Something about a configuration that a person must change, or should know. */
export interface Problem {
	readonly severity: 'error' | 'warning';
	readonly file: string;
	/** From 1; null where the problem is the file as a whole. */
	readonly line: number | null;
	/** From 1. */
	readonly column: number | null;
	/** The key's way from the top, such as `cameras.front.source.url`; empty for the file as a whole. */
	readonly key: string;
	/** What was wanted and what is there; never a secret. */
	readonly message: string;
}

/** In the form that editors and terminals make clickable: `file:line:column: error: key: message`. */
export function formatProblem({ severity, file, line, column, key, message }: Problem): string {
	const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
	return `${place}: ${severity}: ${key === '' ? '' : `${key}: `}${message}`;
}

/** All problems of a configuration as one error, a line each. */
export function configError(problems: readonly Problem[]): ForeframeError {
	const errors = problems.filter((problem) => problem.severity === 'error');
	const first = errors[0];
	if (first === undefined) throw new RangeError('Cannot make an error of no problems');
	if (errors.length === 1) return new ForeframeError('CONFIG_INVALID', formatProblem(first));
	const lines = errors.map((problem) => `\n  ${formatProblem(problem)}`).join('');
	return new ForeframeError('CONFIG_INVALID', `The configuration has ${errors.length} problems:${lines}\n`);
}
