import type { FastifyInstance } from 'fastify';
import type { IntegrityFault } from '../core/integrity.ts';
import { type AlarmQuery, parseAlarmQuery } from './alarm-query.ts';

/** Which faults of cameras, newest first. */
export type FaultQuery = Omit<AlarmQuery, 'feedback' | 'zone'>;

export interface IntegrityApiDeps {
	faults(query: FaultQuery): Promise<readonly IntegrityFault[]>;
	/** The wire format's fields. */
	faultJson(fault: IntegrityFault): object;
}

export function addIntegrityApi(app: FastifyInstance, deps: IntegrityApiDeps): void {
	app.get('/api/v1/integrity', async ({ query }) => {
		const { feedback: _feedback, zone: _zone, ...wanted } = parseAlarmQuery(query);
		const faults = await deps.faults(wanted);
		const last = faults.at(-1);
		return {
			faults: faults.map(deps.faultJson),
			/** For `before`, to get the next page; null on the last one. */
			next: last !== undefined && faults.length === wanted.limit ? last.id : null,
		};
	});
}
