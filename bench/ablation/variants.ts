import type { Told } from '../../src/detect/mnad/head.ts';
import type { Settings } from '../../src/learn/settings.ts';

type Change = (usual: Settings) => Settings;

/** What is taken away, by name; everything else is as `foreframe learn` has it. */
const CHANGES = {
	full: (usual) => usual,
	/** Nothing is learned of oddities: the channels are weighed as in models from before there was a head. */
	'no-head': (usual) => ({ ...usual, head: null }),
	/** Neither the decoder nor the head hears of the memory, and it has no losses. */
	'no-memory': (usual) => ({ ...untold(usual, 'memory'), memory: { ...usual.memory, read: false } }),
	'no-memory-in-head': (usual) => untold(usual, 'memory'),
	/** The prediction is learned all the same, as the encoder learns by it. */
	'no-prediction': (usual) => untold(usual, 'prediction'),
	'no-motion-in-head': (usual) => untold(usual, 'motion'),
	'no-features': (usual) => untold(usual, 'features'),
	/** The head has to judge by motion and place, as neither prediction nor memory tells it anything. */
	'motion-head': (usual) => untold(usual, 'features', 'memory', 'prediction'),
	/** As `foreframe learn` has it for footage of more than one camera. */
	'no-places': ({ head, sampling, ...usual }) => ({
		...usual,
		head: head === null ? null : { ...head, position: false },
		sampling: { ...sampling, transplantShare: 0 },
	}),
} as const satisfies Readonly<Record<string, Change>>;

export type Variant = keyof typeof CHANGES;
export const VARIANTS = Object.keys(CHANGES) as Variant[];

export function isVariant(name: string): name is Variant {
	return Object.hasOwn(CHANGES, name);
}

export function changeOf(variant: Variant): Change {
	return CHANGES[variant];
}

function untold(usual: Settings, ...without: Told[]): Settings {
	if (usual.head === null) throw new Error('Without a head nothing can be kept from it');
	return { ...usual, head: { ...usual.head, without } };
}
