import type { ErrorCode } from 'yaml';
import type { Place } from './document.ts';
import type { Problem } from './problem.ts';

/** The parser's codes, and one for `<<` with something else than keys and values. */
export type FaultCode = ErrorCode | 'BAD_MERGE';

/** What the parser found wrong, in words of our own: its messages may quote the line, which may hold a password. */
export function syntaxFault(file: string, { line, column }: Place, code: FaultCode): Problem {
	return { severity: 'error', file, line, column, key: '', message: SENTENCES[code] };
}

const SENTENCES: Record<FaultCode, string> = {
	ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag of its own',
	BAD_ALIAS: 'this alias (*name) has no anchor (&name) before it; put text that begins with * in quotes',
	BAD_COLLECTION_TYPE: 'this tag does not fit what follows it',
	BAD_MERGE: 'behind << an alias (*name) of keys and values is wanted',
	BAD_DIRECTIVE: 'this directive (%…) is not known; put text that begins with % in quotes',
	BAD_DQ_ESCAPE: 'this \\ escape does not exist in "double quotes": write \\\\ or use \'single quotes\'',
	BAD_INDENT: 'the indentation is wrong (keys of one level begin in the same column), or a closing bracket is missing',
	BAD_PROP_ORDER: 'an anchor or tag is in the wrong place: it stands before its value',
	BAD_SCALAR_START: 'text cannot begin with this character: put it in quotes',
	BLOCK_AS_IMPLICIT_KEY: 'two keys stand on one line, or a value with ": " in it lacks its quotes',
	BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]',
	DUPLICATE_KEY: 'this key is there twice: the other one is above it in the same level',
	IMPOSSIBLE: 'this is no YAML',
	KEY_OVER_1024_CHARS: 'this key is longer than 1024 characters: is a quotation mark missing?',
	MISSING_CHAR:
		'a character is missing here: a closing quotation mark or bracket, a comma, a colon, or the space after one',
	MULTILINE_IMPLICIT_KEY: 'a key must stand on one line: is the colon after it missing, or a quotation mark?',
	MULTIPLE_ANCHORS: 'a value can have one anchor only',
	MULTIPLE_DOCS: 'a second document begins here (---): a configuration is one',
	MULTIPLE_TAGS: 'a value can have one tag only',
	NON_STRING_KEY: 'a key must be text on one line',
	RESOURCE_EXHAUSTION: 'it is nested too deeply',
	TAB_AS_INDENT: 'this line is indented with a tab: use spaces',
	TAG_RESOLVE_FAILED: 'this tag (!…) is not known; put text that begins with ! in quotes',
	UNEXPECTED_TOKEN: 'this does not belong here: is there a quotation mark, a comma or a space too many or too few?',
};
