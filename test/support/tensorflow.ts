import { registerHooks } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/**
 * TensorFlow.js core on its pure JavaScript backend, gradients included. What the package gives to Node leaves the
 * gradients out, and the modules that register them name each other without extensions, as bundlers like it.
 */
export async function tensorFlow(): Promise<typeof tf> {
	const hooks = registerHooks({
		resolve: (specifier, context, next) =>
			specifier.startsWith('.') && context.parentURL?.includes('/@tensorflow/tfjs-core/dist/')
				? next(`${specifier}.js`, context)
				: next(specifier, context),
	});
	try {
		await import(new URL('register_all_gradients.js', import.meta.resolve('@tensorflow/tfjs-core')).href);
	} finally {
		hooks.deregister();
	}
	tf.enableProdMode(); // no advice on the console
	return tf;
}
