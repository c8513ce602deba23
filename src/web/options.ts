import { z } from 'zod';

/** HTTP and WebSocket. */
export const httpOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Serve HTTP and WebSocket'),
	host: z.string().default('127.0.0.1').describe('Address it listens on'),
	port: z.number().int().min(0).max(65535).default(8480).describe('Port it listens on; 0 takes a free one'),
});
export type HttpOptions = z.infer<typeof httpOptions>;
