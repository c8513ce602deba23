import type { StoreOptions } from './store.ts';
import type { StoreCalls } from './store-calls.ts';

export type ThreadOptions = StoreOptions;

export type StoreCall = {
	[Name in keyof StoreCalls]: {
		readonly kind: 'call';
		readonly id: number;
		readonly name: Name;
		readonly args: Parameters<StoreCalls[Name]>;
	};
}[keyof StoreCalls];

/** What the daemon says to the recording thread. */
export type ToThread = StoreCall | { readonly kind: 'close' };

/** What the recording thread says to the daemon: how opening went, then one answer for each call. */
export type FromThread =
	| {
			readonly kind: 'ready';
			readonly sequences: ReadonlyMap<string, number>;
			/** Where a damaged database was moved to; null where it was well. */
			readonly movedAside: string | null;
	  }
	| { readonly kind: 'refused'; readonly message: string }
	| { readonly kind: 'result'; readonly id: number; readonly result: unknown }
	/** An expected failure, its message without the code. */
	| { readonly kind: 'failed'; readonly id: number; readonly message: string };
