/** A network that cannot be built, differentiated or emitted: the message names the operation, its shapes and the want. */
export class GraphError extends Error {
	override readonly name = 'GraphError';
}

export function showShape(shape: readonly number[]): string {
	return `[${shape.join(', ')}]`;
}
