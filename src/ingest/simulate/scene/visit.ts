import type { Stance } from './parts.ts';
import { along, type Route, routeLength } from './routes.ts';

/** A walker at one moment of a visit. */
export interface Visit {
	readonly stance: Stance;
	readonly distance: number;
	readonly pace: number;
	readonly stoop?: number;
}

/** Walks along a route, is at `x` at `arrival`, stays there, and walks on; null while outside the route. */
export function visit(
	route: Route,
	x: number,
	speed: number,
	arrival: number,
	staySeconds: number,
): (seconds: number) => Visit | null {
	const total = routeLength(route);
	const stop = Math.abs(x - route.corners[0]![0]);
	return (seconds) => {
		const waited = Math.min(Math.max(0, seconds - arrival), staySeconds);
		const distance = stop + speed * (seconds - arrival - waited);
		if (distance < 0 || distance > total) return null;
		const stopped = waited > 0 && waited < staySeconds;
		// Down while reaching for the ground, shortly before and after the arrival.
		const stoop = Math.max(0, 1 - Math.abs(seconds - arrival - 0.2) / 0.7);
		return { stance: along(route, distance, 0), distance, pace: stopped ? 0 : 1 - 0.9 * stoop, stoop };
	};
}
