/** A problem found in values that the schema accepts, before its line is known. */
export interface Finding {
	readonly severity: 'error' | 'warning';
	readonly path: readonly string[];
	readonly at: 'key' | 'value';
	readonly message: string;
}

export function errorAt(path: readonly string[], message: string): Finding {
	return { severity: 'error', path, at: 'value', message };
}

export function warningAt(path: readonly string[], message: string): Finding {
	return { severity: 'warning', path, at: 'value', message };
}
