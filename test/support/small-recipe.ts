import { mnadRecipe, type Recipe } from '../../src/learn/mnad-recipe.ts';

/** The smallest recipe that learns, with five items. */
export function smallRecipe(): Recipe {
	return mnadRecipe({
		task: 'prediction',
		network: { kind: 'compact', widths: [4, 8] },
		inputs: 4,
		memory: { items: 5, temperature: 0.1 },
		head: null,
		batch: 1,
		crop: 16,
	});
}
