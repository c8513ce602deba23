import type { AnnouncedTopics } from '../../core/announced.ts';
import { describeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { Announcements } from '../announcements.ts';
import { discoveryMessages } from './discovery.ts';
import type { AnnouncedSite } from './site.ts';

export interface AnnouncerDeps {
	/** null announces nothing, and takes back what an earlier daemon announced. */
	readonly site: (AnnouncedSite & { readonly statusTopic: string }) | null;
	readonly announced: AnnouncedTopics;
	/** 0..1, for the jitter. */
	readonly random: () => number;
	readonly observe: Observe;
}

/** Home Assistant says that it is there before all of it is; several daemons must not answer it at the same moment. */
const AFTER_BIRTH_MS = 1000;
const AFTER_BIRTH_JITTER_MS = 4000;

/** What Home Assistant is told, with an empty message for each device that was announced once and is no more. */
export async function openAnnouncer({ site, announced, random, observe }: AnnouncerDeps): Promise<Announcements> {
	const wanted = site === null ? new Map<string, object>() : discoveryMessages(site);
	const messages = new Map<string, string>();
	for (const topic of announced.before) if (!wanted.has(topic)) messages.set(topic, '');
	for (const [topic, payload] of wanted) messages.set(topic, JSON.stringify(payload));
	let saving: Promise<void> = Promise.resolve();
	const save = (): Promise<void> => {
		saving = saving.then(async () => {
			try {
				await announced.save([...messages.keys()]);
			} catch (error) {
				if (!isForeframeError(error, 'STORE_FAILED')) throw error;
				observe({ kind: 'warning', about: 'Home Assistant', detail: describeError(error) });
			}
		});
		return saving;
	};
	// Remembered before it is announced: a death in between leaves nothing that nobody takes back.
	if ([...wanted.keys()].some((topic) => !announced.before.includes(topic))) await save();
	return {
		messages,
		filters: site === null ? [] : [site.statusTopic],
		repeatAfterMs: (text, retained) =>
			text.trim() === 'online' && !retained ? AFTER_BIRTH_MS + random() * AFTER_BIRTH_JITTER_MS : null,
		confirmed: async (topic) => {
			if (messages.get(topic) !== '') return;
			messages.delete(topic);
			await save();
		},
	};
}
