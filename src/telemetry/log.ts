import pino from 'pino';
import { redactDeep } from '../core/secrets.ts';
import { isJournal } from './journal.ts';
import type { LogOptions } from './options.ts';
import { textLine } from './text-line.ts';

export type LogLevel = LogOptions['level'];

/** The one place where text leaves the daemon for its log. Nothing is written that was not redacted. */
export interface Log {
	/** `text` is one sentence for a person, `fields` what a machine may search for. */
	write(level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface LogStream {
	write(line: string): unknown;
	readonly isTTY?: boolean | undefined;
	readonly fd?: number | undefined;
}

export interface LogContext {
	readonly env: { readonly JOURNAL_STREAM?: string | undefined; readonly NO_COLOR?: string | undefined };
	readonly redact: (text: string) => string;
}

/**
 * Text for people (a terminal, or systemd's journal with its priorities), JSON lines for machines. `auto` looks at the
 * stream.
 */
export function openLog({ level, format }: LogOptions, stream: LogStream, { env, redact }: LogContext): Log {
	const terminal = stream.isTTY === true;
	const journal = isJournal(stream.fd, env.JOURNAL_STREAM);
	const asText = format === 'text' || (format === 'auto' && (terminal || journal));
	const style = { terminal, journal, colours: terminal && !env.NO_COLOR };
	const destination = asText ? { write: (line: string) => stream.write(textLine(line, style)) } : stream;
	const logger = pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		{ write: (line: string) => void destination.write(line) },
	);
	return {
		write: (lineLevel, text, fields = {}) => {
			if (!logger.isLevelEnabled(lineLevel)) return;
			logger[lineLevel](redactDeep(fields, redact) as object, oneLine(redact(text)));
		},
	};
}

function oneLine(text: string): string {
	return text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
