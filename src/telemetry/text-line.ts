export interface LineStyle {
	readonly terminal: boolean;
	/** systemd's journal keeps the time itself and reads the level from a prefix (sd-daemon(3)). */
	readonly journal: boolean;
	readonly colours: boolean;
}

/** A line of JSON as the logger makes it, as a line for a person: time, level, sentence. */
export function textLine(json: string, { terminal, journal, colours }: LineStyle): string {
	const { time, level, msg } = JSON.parse(json) as { time: string; level: string; msg?: string };
	const text = visible(msg ?? '');
	if (journal) return `<${PRIORITIES[level] ?? 6}>${text}\n`;
	const when = terminal ? localTime(new Date(time)) : time;
	const shownLevel = level.padEnd(5);
	const colour = COLOURS[level];
	if (!colours || colour === undefined) return `${when} ${shownLevel} ${text}\n`;
	return `\u001b[2m${when}\u001b[0m \u001b[${colour}m${shownLevel}\u001b[0m ${text}\n`;
}

const PRIORITIES: Record<string, number> = { debug: 7, info: 6, warn: 4, error: 3 };
const COLOURS: Record<string, string> = { debug: '2', info: '36', warn: '33;1', error: '31;1' };

function localTime(time: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Control characters as escapes: a camera's text must not write on the terminal. */
function visible(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
	return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
