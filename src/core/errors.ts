/** Every expected failure has one of these codes; `docs/errors.md` lists what a person can do about each. */
export const ERROR_CODES = {
	CONFIG_INVALID: 'The configuration cannot be used',
	SECRET_UNREADABLE: 'A secret cannot be read',
	SOURCE_FAILED: 'A camera or recording cannot be read',
	MODEL_INVALID: 'A model cannot be used',
	PROVIDER_REFUSED: 'An inference provider cannot be used',
	CALIBRATION_INVALID: 'A calibration cannot be used',
	DATASET_INVALID: 'A data set cannot be read',
	CHECKPOINT_INVALID: 'A checkpoint cannot be gone on from',
	LEARNING_FAILED: 'A model cannot be learned',
	STORE_FAILED: 'The state folder cannot be used',
	LISTEN_FAILED: 'An address cannot be listened on',
	BROKER_FAILED: 'The MQTT broker cannot be used',
	USAGE: 'The command line cannot be understood',
	WINDOW_SHAPE: 'A window does not fit its detector',
	SELF_TEST_FAILED: 'A model does not say what it said when it was made',
	INFERENCE_FAILED: 'A network cannot be run',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A failure that somebody decides about. The message is a sentence in active voice without a full stop that says what
 * was attempted with which value and what was wanted; the code ends it so that it can be found from a garbled log.
 */
export class ForeframeError extends Error {
	override readonly name = 'ForeframeError';
	readonly code: ErrorCode;

	constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
		super(`${message} (${code})`, options);
		this.code = code;
	}
}

export function isForeframeError<Code extends ErrorCode>(
	error: unknown,
	...codes: Code[]
): error is ForeframeError & { readonly code: Code } {
	return error instanceof ForeframeError && (codes.length === 0 || (codes as ErrorCode[]).includes(error.code));
}

/** True for what a wait throws when its signal was aborted. */
export function isAbort(error: unknown): boolean {
	return error instanceof Error && error.name === 'AbortError';
}

/** A thrown thing in one line: its message and those of its causes. */
export function describeError(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const inOneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ');
	const message = inOneLine(error.message || error.name);
	const cause = error.cause === undefined ? '' : inOneLine(describeError(error.cause));
	// Whoever wrote the message may have said it there.
	return message.includes(cause) ? message : `${message}: ${cause}`;
}
