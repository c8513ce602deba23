/**
 * A file's values in the one form that the schema knows: an empty key (`mqtt:` with all below it commented out) counts as
 * not given, and a camera's source may be its address alone.
 */
export function normalise(value: unknown): unknown {
	const given = withoutNulls(value);
	if (!isRecord(given) || !isRecord(given['cameras'])) return given;
	const cameras = Object.entries(given['cameras']).map(([id, camera]) => [id, withLongSource(camera)] as const);
	return { ...given, cameras: Object.fromEntries(cameras) };
}

function withLongSource(camera: unknown): unknown {
	if (!isRecord(camera) || typeof camera['source'] !== 'string') return camera;
	return { ...camera, source: { kind: 'rtsp', url: camera['source'] } };
}

/** null becomes undefined and the key stays, so that a required one is missed where it stands. */
function withoutNulls(value: unknown): unknown {
	if (value === null) return undefined;
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
