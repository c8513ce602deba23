import { isAbsolute, resolve } from 'node:path';
import { detectorOptions } from '../detect/options.ts';
import { openDetectors } from '../detectors.ts';
import { type DetectorRequest, EVALUATE_USAGE, evaluateCommand } from '../evaluate/command.ts';
import { openRuntimes } from '../inference.ts';
import { inferenceOptions } from '../onnx/options.ts';
import { replaceFile } from '../record/replace-file.ts';
import { type CommandIo, EXIT } from './command.ts';
import { usage } from './options.ts';
import { progressBar } from './progress-bar.ts';

export const help = EVALUATE_USAGE;

export async function run(args: string[], io: CommandIo): Promise<number> {
	const draw = progressBar('evaluate', io.stderr);
	const progress = (done: number, total: number) => draw(total === 0 ? 1 : done / total);
	await evaluateCommand(args, { stdout: io.stdout, signal: io.signal, progress, openDetector, replaceFile });
	return EXIT.ok;
}

async function openDetector({ detector: name, model, memory, provider, dataset, framesPerSecond }: DetectorRequest) {
	await using opening = new AsyncDisposableStack();
	// Windows come one after the other: there is nobody to share a batch with.
	const inference = opening.use(await openRuntimes(inferenceOptions.parse({ provider, batchDeadlineMs: 0 }), () => {}));
	const detectors = opening.use(openDetectors(inference));
	const parsed = detectorOptions.safeParse({
		name: name ?? 'mnad',
		...(model === null ? {} : { model: model.includes('/') && !isAbsolute(model) ? resolve(model) : model }),
		...(memory === null ? {} : { memory }),
	});
	if (!parsed.success) throw usage(`Cannot use the detector ${name ?? 'mnad'}: ${parsed.error.issues[0]?.message}`);
	const { detector, model: learned } = await detectors.open(parsed.data, framesPerSecond);
	const own = learned?.manifest.training.heldOut
		.filter((clip) => clip.startsWith(`${dataset}/`))
		.map((clip) => clip.slice(dataset.length + 1));
	const opened = opening.move();
	return {
		detector,
		heldOut: own !== undefined && own.length > 0 ? own : null,
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}
