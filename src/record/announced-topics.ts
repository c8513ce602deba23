import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AnnouncedTopics } from '../core/announced.ts';
import type { Observe } from '../core/events.ts';
import { replaceFile } from './replace-file.ts';
import { stateError } from './state-files.ts';

const FILE = 'announced-topics.json';
const stored = z.strictObject({ topics: z.array(z.string().min(1)).max(10_000) });

/** A file that cannot be read as one is told and begins anew. @throws ForeframeError STORE_FAILED */
export async function openAnnouncedTopics(folder: string, observe: Observe): Promise<AnnouncedTopics> {
	const path = join(folder, FILE);
	return {
		before: topicsOf(await textOf(path), () =>
			observe({ kind: 'warning', about: 'Home Assistant', detail: `${path} is damaged and begins anew` }),
		),
		save: async (topics) => {
			try {
				await replaceFile(path, `${JSON.stringify({ topics })}\n`);
			} catch (error) {
				throw stateError(`write ${path}`, error);
			}
		},
	};
}

async function textOf(path: string): Promise<string | null> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw stateError(`read ${path}`, error);
	}
}

function topicsOf(text: string | null, damaged: () => void): readonly string[] {
	if (text === null) return [];
	try {
		return stored.parse(JSON.parse(text)).topics;
	} catch (error) {
		if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
		damaged();
		return [];
	}
}
