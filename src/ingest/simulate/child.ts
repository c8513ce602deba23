import { describeError } from '../../core/errors.ts';
import { type CameraEvent, openSimulatedCamera, type SimulatedCamera } from './camera.ts';
import type { FromCameraProcess, ToCameraProcess } from './spawn.ts';

/**
 * The process of one simulated camera: does what its parent says over the channel, and ends with it. An interrupt from
 * the terminal goes to the parent as well, which decides.
 */
function main(): void {
	let camera: SimulatedCamera | null = null;
	const tell = (message: FromCameraProcess) => {
		if (process.connected) process.send?.(message);
	};
	const observe = (event: CameraEvent) => {
		const told = event.kind === 'failed' ? { kind: event.kind, error: describeError(event.error) } : event;
		tell({ kind: 'event', event: told, clients: camera?.clients ?? 0 });
	};
	const end = async () => {
		await camera?.[Symbol.asyncDispose]();
		process.exit(0);
	};
	const follow = async (message: ToCameraProcess) => {
		switch (message.kind) {
			case 'open':
				try {
					camera = await openSimulatedCamera(message.options, { observe });
					tell({ kind: 'opened', url: camera.url, port: camera.port });
				} catch (error) {
					tell({ kind: 'refused', error: describeError(error) });
				}
				return;
			case 'misbehave':
				try {
					await camera?.misbehave(message.what, message.forSeconds ?? undefined);
					tell({ kind: 'done', error: null });
				} catch (error) {
					tell({ kind: 'done', error: describeError(error) });
				}
				return;
			case 'close':
				await end();
				return;
			default:
				message satisfies never;
		}
	};
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => void end());
	process.on('disconnect', () => void end());
	process.on('message', (message) => void follow(message as ToCameraProcess));
}

main();
