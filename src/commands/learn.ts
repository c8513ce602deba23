import { requireConfig } from '../config/load.ts';
import { findModel } from '../detect/mnad/find-model.ts';
import { SHIPPED_MODELS } from '../detectors.ts';
import { LEARN_USAGE, learnCommand } from '../learn/command.ts';
import { replaceFile } from '../record/replace-file.ts';
import { type CommandIo, EXIT } from './command.ts';
import { lowerPriority } from './priority.ts';
import { chooseCamera } from './recorded-camera.ts';
import { abortWithParent } from './signals.ts';

export const help = LEARN_USAGE;

export async function run(args: string[], { stdout, stderr, signal, env, secrets }: CommandIo): Promise<number> {
	const stopping = AbortSignal.any([signal, abortWithParent(process)]);
	const ending = await learnCommand(
		args,
		{ stdout, stderr, signal: stopping, redact: secrets.redact },
		{
			replaceFile,
			cameraOf: async (path, id) => {
				const { config } = await requireConfig(path, { env, secrets });
				return chooseCamera(config, id ?? undefined, 'learn from');
			},
			doubter: (framesPerSecond) => findModel('mnad-compact', framesPerSecond, SHIPPED_MODELS),
			yieldTo: lowerPriority,
		},
	);
	return ending === 'done' ? EXIT.ok : EXIT.interrupted;
}
