import { availableParallelism, freemem, totalmem } from 'node:os';
import type { Config } from '../../config/schema.ts';
import { type Finding, finding } from './finding.ts';
import { runProgram } from './program.ts';

interface Surroundings {
	readonly env: NodeJS.ProcessEnv;
	readonly signal: AbortSignal;
}

/** What the machine itself brings; with a configuration, judged by what that needs. */
export async function machineFindings(
	config: Config | null,
	{ env, signal }: Surroundings,
): Promise<readonly Finding[]> {
	return [
		finding('ok', 'Node.js', `${process.versions.node}, ${process.platform} ${process.arch}`),
		machine(),
		...(await Promise.all([nodeAv(config, signal), inference(config, signal), ffmpeg(config, signal)])),
		credentials(env),
	];
}

function machine(): Finding {
	const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
	const detail = `${availableParallelism()} cores, ${mebibytes(totalmem())} memory, ${mebibytes(freemem())} free`;
	return totalmem() < 900 * 2 ** 20
		? finding('warn', 'machine', detail, 'Foreframe wants 1 GiB or more')
		: finding('ok', 'machine', detail);
}

/** Native libraries are tried in a process of their own: one that crashes says so instead of ending the doctor. */
function tryModule(name: string, script: string, signal: AbortSignal) {
	// See src/onnx/no-telemetry.ts.
	const quiet = "process.env.ORT_DISABLE_TELEMETRY = '1';";
	const loaded = `${quiet} const library = await import(${JSON.stringify(name)}); ${script}`;
	return runProgram(process.execPath, ['--input-type=module', '--eval', loaded], { timeoutMs: 20_000, signal });
}

async function nodeAv(config: Config | null, signal: AbortSignal): Promise<Finding> {
	const used = config?.cameras.some(({ source }) => source.kind === 'images' || source.engine === 'node-av') ?? true;
	const result = await tryModule('node-av', '', signal);
	if (result.kind === 'ok') return finding('ok', 'node-av', 'loads (decodes video)');
	const reason = result.kind === 'failed' ? result.reason : 'Node.js did not start';
	const advice = 'run npm ci again; where there is no build for this machine, set engine: ffmpeg for each camera';
	return finding(used ? 'fail' : 'warn', 'node-av', `does not load: ${reason}`, advice);
}

async function inference(config: Config | null, signal: AbortSignal): Promise<Finding> {
	const list = 'console.log(JSON.stringify(library.default.listSupportedBackends().map((backend) => backend.name)))';
	const result = await tryModule('onnxruntime-node', list, signal);
	if (result.kind !== 'ok') {
		const reason = result.kind === 'failed' ? result.reason : 'Node.js did not start';
		return finding('fail', 'onnxruntime', `does not load: ${reason}`, 'run npm ci again');
	}
	const providers = JSON.parse(result.stdout) as string[];
	const detail = `loads; built for ${providers.join(', ')}`;
	const wanted = config?.inference.provider ?? 'auto';
	if (wanted === 'auto' || providers.includes(wanted)) return finding('ok', 'onnxruntime', detail);
	const advice = `inference.provider: ${wanted} needs a build of onnxruntime-node with it; wanted one of auto, ${providers.join(', ')}`;
	return finding('fail', 'onnxruntime', detail, advice);
}

async function ffmpeg(config: Config | null, signal: AbortSignal): Promise<Finding> {
	const needed = config?.cameras.some(({ source }) => source.kind !== 'images' && source.engine === 'ffmpeg') ?? false;
	const result = await runProgram('ffmpeg', ['-hide_banner', '-version'], { timeoutMs: 10_000, signal });
	if (result.kind === 'ok')
		return finding('ok', 'ffmpeg', result.stdout.split('\n')[0]?.replace(/ Copyright.*/, '') ?? '');
	const detail = result.kind === 'absent' ? 'is not installed' : `does not run: ${result.reason}`;
	return needed
		? finding(
				'fail',
				'ffmpeg',
				`${detail}, and a camera has engine: ffmpeg`,
				'apt install ffmpeg, or set engine: node-av',
			)
		: finding('ok', 'ffmpeg', `${detail}; only a camera with engine: ffmpeg needs it`);
}

function credentials(env: NodeJS.ProcessEnv): Finding {
	const folder = env['CREDENTIALS_DIRECTORY'];
	return folder === undefined
		? finding(
				'ok',
				'credentials',
				'$CREDENTIALS_DIRECTORY is not set; passwords come from files beside the configuration',
			)
		: finding('ok', 'credentials', `passwords are looked for in ${folder} first`);
}
