import { ForeframeError } from '../../../core/errors.ts';

/** What may become of a camera's picture before it is coded. */
export type PictureEffect =
	/** Next to no light; the sensor's noise stays. */
	| { readonly kind: 'dark' }
	/** Something lies before the lens: grey without edges. */
	| { readonly kind: 'covered' }
	/** Blurred as over a disc of this many thousandths of the width. */
	| { readonly kind: 'defocused'; readonly radius: number }
	/** Turned at once by this share of the width, and a third as much upwards; what is new is mirrored. */
	| { readonly kind: 'moved'; readonly share: number }
	/** Turns to and fro by this share of the width, 8 s for both ways; what is new is mirrored. */
	| { readonly kind: 'pan'; readonly share: number }
	/** Another scene: everything in another place and in another tone. */
	| { readonly kind: 'cut' }
	/** The light counts more or less by this share, -0.9..4, at once. */
	| { readonly kind: 'exposure'; readonly gain: number }
	/** Night with the camera's own lamp: no colour, no sun, other contrast, dark corners, more noise. */
	| { readonly kind: 'infrared' }
	/** More noise, of this standard deviation in grey levels. */
	| { readonly kind: 'noise'; readonly deviation: number }
	/** The seconds from its beginning on again and again, coded anew each time. */
	| { readonly kind: 'loop'; readonly seconds: number }
	/** One picture for ever, coded anew each time. */
	| { readonly kind: 'still' }
	/** Another resolution, in the stream as it runs. Both even. */
	| { readonly kind: 'resize'; readonly width: number; readonly height: number };

export type EffectKind = PictureEffect['kind'];

/** What a kind takes after its colon, how that is written, and what it is without one (null: it must be said). */
interface Reader {
	readonly form: string;
	read(value: string | null): PictureEffect | null;
}

const READERS: { readonly [Kind in EffectKind]: Reader } = {
	dark: plain({ kind: 'dark' }),
	covered: plain({ kind: 'covered' }),
	cut: plain({ kind: 'cut' }),
	infrared: plain({ kind: 'infrared' }),
	still: plain({ kind: 'still' }),
	defocused: {
		form: 'defocused[:N]',
		read: numbered(/^(\d+(?:\.\d+)?)$/, 1, 100, 12, (radius) => ({ kind: 'defocused', radius })),
	},
	moved: {
		form: 'moved[:N%]',
		read: numbered(percent(), -60, 60, 30, (percent) => ({ kind: 'moved', share: percent / 100 })),
	},
	pan: {
		form: 'pan[:N%]',
		read: numbered(percent(), -100, 100, 40, (percent) => ({ kind: 'pan', share: percent / 100 })),
	},
	exposure: {
		form: 'exposure:+N%',
		read: numbered(percent(), -90, 400, null, (percent) => ({ kind: 'exposure', gain: percent / 100 })),
	},
	noise: {
		form: 'noise[:N]',
		read: numbered(/^(\d+(?:\.\d+)?)$/, 0.5, 40, 12, (deviation) => ({ kind: 'noise', deviation })),
	},
	loop: {
		form: 'loop:Ns',
		read: numbered(/^(\d+(?:\.\d+)?)s?$/, 0.2, 120, null, (seconds) => ({ kind: 'loop', seconds })),
	},
	resize: { form: 'resize:WxH', read: readSize },
};

export const EFFECT_KINDS = Object.keys(READERS) as readonly EffectKind[];
/** As a person writes them. */
export const EFFECT_FORMS: readonly string[] = Object.entries(READERS).map(([, { form }]) => form);

export function isEffectKind(kind: string): kind is EffectKind {
	return Object.hasOwn(READERS, kind);
}

/** @throws {ForeframeError} USAGE */
export function readEffect(kind: EffectKind, value: string | null): PictureEffect {
	const { form, read } = READERS[kind];
	const effect = read(value);
	if (effect !== null) return effect;
	throw new ForeframeError('USAGE', `The misbehaviour ${kind} is written ${form}, and got ${value ?? 'no value'}`);
}

function percent(): RegExp {
	return /^([+-]?\d+(?:\.\d+)?)%$/;
}

function plain(effect: PictureEffect): Reader {
	return { form: effect.kind, read: (value) => (value === null ? effect : null) };
}

function numbered(
	pattern: RegExp,
	least: number,
	most: number,
	otherwise: number | null,
	effectOf: (value: number) => PictureEffect,
): Reader['read'] {
	return (text) => {
		if (text === null) return otherwise === null ? null : effectOf(otherwise);
		const value = Number(pattern.exec(text)?.[1] ?? Number.NaN);
		return value >= least && value <= most ? effectOf(value) : null;
	};
}

function readSize(text: string | null): PictureEffect | null {
	const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text ?? '')?.map(Number) ?? [];
	const fits = (side: number | undefined) => side !== undefined && side >= 32 && side % 2 === 0;
	return fits(width) && fits(height) ? { kind: 'resize', width: width!, height: height! } : null;
}
