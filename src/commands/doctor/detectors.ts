import type { Config } from '../../config/schema.ts';
import { isForeframeError } from '../../core/errors.ts';
import { openDetectors } from '../../detectors.ts';
import { openRuntimes } from '../../inference.ts';
import { type Finding, finding } from './finding.ts';

/** Usual for a 16:9 picture; the camera's own size is known only when it answers. */
const SIZE = { width: 256, height: 144 };

/** Loads what the cameras' windows are judged with, and runs it on the configured provider. */
export async function detectorFindings({ cameras, inference }: Config): Promise<readonly Finding[]> {
	let provider = 'cpu';
	await using opened = new AsyncDisposableStack();
	const running = opened.use(
		await openRuntimes(inference, (event) => {
			if (event.kind === 'provider-chosen') provider = event.provider;
		}),
	);
	const detectors = opened.use(openDetectors(running));
	const findings = new Map<string, Finding>();
	for (const { id, enabled, detector: options, framesPerSecond } of cameras) {
		if (!enabled || options.name !== 'mnad') continue;
		const about = `model ${options.model} at ${framesPerSecond} frames a second`;
		if (findings.has(about)) continue;
		try {
			const { detector } = await detectors.open(options, framesPerSecond);
			await detector.prepare(SIZE);
			findings.set(about, finding('ok', about, `${detector.model.id} runs on ${provider}`));
		} catch (error) {
			if (!isForeframeError(error)) throw error;
			const advice =
				error.code === 'PROVIDER_REFUSED' ? 'set inference.provider to auto' : `look at detector.model of ${id}`;
			findings.set(about, finding('fail', about, error.message, advice));
		}
	}
	return [...findings.values()];
}
