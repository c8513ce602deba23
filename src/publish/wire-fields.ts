import { z } from 'zod';

/**
 * The format of every message that leaves the daemon, over MQTT and WebSocket alike. Fields are only ever added within a
 * version; a changed meaning is a new version. Topics are written here without the base.
 */
export const WIRE_VERSION = 1;

/** RFC 3339 in UTC with milliseconds. Every such field has a twin that ends in `_ms` with the same instant as an integer. */
export const time = z.iso.datetime({ precision: 3 });
export const timeMs = z.int();
export const cameraName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);
export const model = z.strictObject({ id: z.string(), version: z.string() });
export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
export const box = z.tuple([share, share, share, share]);
