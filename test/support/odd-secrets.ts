const ODD = [...'abcXYZ019 @:/?#[]!$&\'()*+,;=%"\\<>^`{|}~-_.äß€😀\u0301\u200b', '%40', '***', '\\n'];

/** `count` passwords of odd characters, the same each time; each of at least `minLength` characters. */
export function oddSecrets(count: number, minLength: number): readonly string[] {
	let state = 20_261_122;
	// Numerical Recipes' congruential generator: even enough for picking characters.
	const below = (limit: number) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
	return Array.from({ length: count }, () =>
		Array.from({ length: minLength + below(12) }, () => ODD[below(ODD.length)]!).join(''),
	);
}
