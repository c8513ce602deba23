/** HTML or SVG that can be put into a page as it is. */
export class Markup {
	readonly text: string;

	private constructor(text: string) {
		this.text = text;
	}

	/** Takes text for markup: only for what was written by this project. */
	static trusted(text: string): Markup {
		return new Markup(text);
	}
}

export type Piece = Markup | string | number | null | readonly Piece[];

/**
 * A template of markup, in which every string and number is escaped, for text and for attributes in double quotes alike.
 * Lists are written one after the other, null is nothing.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
	return Markup.trusted(strings.map((text, index) => text + written(pieces[index] ?? null)).join(''));
}

function written(piece: Piece): string {
	if (piece === null) return '';
	if (piece instanceof Markup) return piece.text;
	if (typeof piece === 'object') return piece.map(written).join('');
	return String(piece).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
