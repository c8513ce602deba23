import type { Clock } from '../core/clock.ts';
import type { Arming } from './arming.ts';
import type { CameraStatus } from './camera-status.ts';
import type { CameraWatch } from './watch-camera.ts';

export interface KeepParts {
	readonly arming: Arming;
	readonly clock: Clock;
	readonly status: Pick<CameraStatus, 'schedule'>;
	readonly watch: Pick<CameraWatch, 'arm'>;
}

/** The machine's clock may be put right in between. */
const LOOK_MS = 30_000;

/** Arms and disarms a camera as its schedule has it, until `signal` aborts. Without one nothing is to be done. */
export async function keepToSchedule(parts: KeepParts, signal: AbortSignal): Promise<void> {
	const { arming, clock } = parts;
	for (;;) {
		await followSchedule(parts, 'by its schedule');
		const nextAt = arming.schedule(clock.utcNow())?.nextAt ?? null;
		const wait = nextAt === null ? LOOK_MS : nextAt - clock.utcNow();
		await clock.sleep(Math.min(LOOK_MS, Math.max(1, wait)), signal);
	}
}

/** Arms or disarms it as it is to be now; `why` for the log. */
export async function followSchedule({ arming, clock, status, watch }: KeepParts, why: string): Promise<void> {
	const now = clock.utcNow();
	const schedule = arming.schedule(now);
	status.schedule(schedule);
	const until = schedule?.nextAt == null ? '' : ` until ${new Date(schedule.nextAt).toISOString()}`;
	await watch.arm(arming.mode(now), `${why}${until}`);
}
