import { ForeframeError } from '../../core/errors.ts';
import { EFFECT_FORMS, isEffectKind, type PictureEffect, readEffect } from './effects/effect.ts';

/** What a camera may do wrong on request. */
export type Misbehaviour =
	/** Sends nothing more, but keeps its connections and answers requests. */
	| { readonly kind: 'stall' }
	/** Loses this share (0..1) of the RTP packets, over TCP as well. */
	| { readonly kind: 'drop'; readonly share: number }
	/** Cuts every connection, once. */
	| { readonly kind: 'close' }
	/** Cuts every connection and takes no new one. */
	| { readonly kind: 'refuse' }
	/** Repeats one picture while its time goes on. */
	| { readonly kind: 'freeze' }
	/** Its timestamps jump by so many seconds, once; the picture does not. */
	| { readonly kind: 'jump'; readonly seconds: number }
	/** Takes no password for right. */
	| { readonly kind: 'reject' }
	/** Knows its own address no more: 404. */
	| { readonly kind: 'not-found' }
	/** Describes a presentation without video. */
	| { readonly kind: 'no-video' }
	/** Mends all of these. */
	| { readonly kind: 'behave' }
	| PictureEffect;

export interface TimedMisbehaviour {
	readonly misbehaviour: Misbehaviour;
	readonly afterSeconds: number;
	/** How long it lasts; null for ever. */
	readonly forSeconds: number | null;
}

/** What a camera does wrong at the moment. */
export interface Manners {
	readonly stalled: boolean;
	readonly dropShare: number;
	readonly refusing: boolean;
	readonly frozen: boolean;
	readonly jumpSeconds: number;
	readonly rejecting: boolean;
	readonly missing: boolean;
	readonly withoutVideo: boolean;
	/** In the order in which they began; one of a kind. */
	readonly effects: readonly PictureEffect[];
}

export const GOOD_MANNERS: Manners = {
	stalled: false,
	dropShare: 0,
	refusing: false,
	frozen: false,
	jumpSeconds: 0,
	rejecting: false,
	missing: false,
	withoutVideo: false,
	effects: [],
};

/** Manners after a misbehaviour. Time that has jumped stays where it is when the camera behaves again. */
export function spoiled(manners: Manners, misbehaviour: Misbehaviour): Manners {
	switch (misbehaviour.kind) {
		case 'stall':
			return { ...manners, stalled: true };
		case 'drop':
			return { ...manners, dropShare: misbehaviour.share };
		case 'close':
			return manners;
		case 'refuse':
			return { ...manners, refusing: true };
		case 'freeze':
			return { ...manners, frozen: true };
		case 'jump':
			return { ...manners, jumpSeconds: manners.jumpSeconds + misbehaviour.seconds };
		case 'reject':
			return { ...manners, rejecting: true };
		case 'not-found':
			return { ...manners, missing: true };
		case 'no-video':
			return { ...manners, withoutVideo: true };
		case 'behave':
			return { ...GOOD_MANNERS, jumpSeconds: manners.jumpSeconds };
		default:
			return {
				...manners,
				effects: [...without(manners.effects, misbehaviour.kind), misbehaviour satisfies PictureEffect],
			};
	}
}

/** Manners when one misbehaviour that lasted a while is over and the others are not. */
export function mended(manners: Manners, kind: Misbehaviour['kind']): Manners {
	const fresh = { ...GOOD_MANNERS, jumpSeconds: manners.jumpSeconds };
	switch (kind) {
		case 'stall':
			return { ...manners, stalled: false };
		case 'drop':
			return { ...manners, dropShare: 0 };
		case 'refuse':
			return { ...manners, refusing: false };
		case 'freeze':
			return { ...manners, frozen: false };
		case 'reject':
			return { ...manners, rejecting: false };
		case 'not-found':
			return { ...manners, missing: false };
		case 'no-video':
			return { ...manners, withoutVideo: false };
		case 'close':
		case 'jump':
			return manners;
		case 'behave':
			return fresh;
		default:
			return { ...manners, effects: without(manners.effects, kind) };
	}
}

function without(effects: readonly PictureEffect[], kind: PictureEffect['kind']): readonly PictureEffect[] {
	return effects.filter((effect) => effect.kind !== kind);
}

/**
 * Reads `stall@20s/10s,drop:5%,jump:+60s@5s`: a kind, a value where it has one, `@` when it begins, `/` how long it
 * lasts.
 * @throws {ForeframeError} USAGE
 */
export function parseMisbehaviours(text: string): TimedMisbehaviour[] {
	return text
		.split(',')
		.map((item) => item.trim())
		.filter((item) => item !== '')
		.map(parseOne);
}

const PATTERN = /^([a-z-]+)(?::([^@/]+))?(?:@(\d+(?:\.\d+)?)s?)?(?:\/(\d+(?:\.\d+)?)s?)?$/;

function parseOne(item: string): TimedMisbehaviour {
	const match = PATTERN.exec(item);
	if (match === null) {
		throw new ForeframeError('USAGE', `A misbehaviour is written kind[:value][@seconds][/seconds], not ${item}`);
	}
	const [, kind, value, after, lasting] = match;
	return {
		misbehaviour: misbehaviourOf(kind!, value ?? null),
		afterSeconds: Number(after ?? 0),
		forSeconds: lasting === undefined ? null : Number(lasting),
	};
}

const PLAIN = ['stall', 'close', 'refuse', 'freeze', 'reject', 'not-found', 'no-video', 'behave'] as const;

function misbehaviourOf(kind: string, value: string | null): Misbehaviour {
	const plain = PLAIN.find((name) => name === kind);
	if (plain !== undefined) {
		if (value !== null) throw new ForeframeError('USAGE', `The misbehaviour ${kind} takes no value, and got ${value}`);
		return { kind: plain };
	}
	if (kind === 'drop') {
		const percent = /^(\d+(?:\.\d+)?)%$/.exec(value ?? '');
		const share = percent === null ? Number.NaN : Number(percent[1]) / 100;
		if (!(share > 0 && share <= 1)) {
			throw new ForeframeError('USAGE', `The misbehaviour drop wants a share such as drop:5%, and got ${value}`);
		}
		return { kind, share };
	}
	if (kind === 'jump') {
		const seconds = /^([+-]?\d+(?:\.\d+)?)s?$/.exec(value ?? '');
		if (seconds === null) {
			throw new ForeframeError('USAGE', `The misbehaviour jump wants seconds such as jump:+60s, and got ${value}`);
		}
		return { kind, seconds: Number(seconds[1]) };
	}
	if (isEffectKind(kind)) return readEffect(kind, value);
	const known = [...PLAIN, 'drop:N%', 'jump:+Ns', ...EFFECT_FORMS].join(', ');
	throw new ForeframeError('USAGE', `A simulated camera knows no misbehaviour ${kind}; it knows ${known}`);
}
