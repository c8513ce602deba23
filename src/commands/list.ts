import type { CommandEntry } from './command.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
	{
		name: 'run',
		summary: 'watch the cameras of a configuration',
		load: () => import('./run.ts'),
		lasts: true,
	},
	{
		name: 'demo',
		summary: 'watch a simulated walkway: everything at once, nothing to set up',
		load: () => import('./demo.ts'),
		lasts: true,
	},
	{
		name: 'check',
		summary: 'check a configuration and tell all its problems at once',
		load: () => import('./check.ts'),
	},
	{
		name: 'doctor',
		summary: 'look at this machine and its cameras: what works, what does not, what to do',
		load: () => import('./doctor.ts'),
	},
	{
		name: 'calibrate',
		summary: 'look at normal footage of a camera and write its calibration pack',
		load: () => import('./calibrate.ts'),
	},
	{
		name: 'replay',
		summary: 'run recordings of a camera through its configuration: what would have alarmed',
		load: () => import('./replay.ts'),
	},
	{
		name: 'learn',
		summary: 'learn what is normal from recordings or a live camera, and write a model',
		load: () => import('./learn.ts'),
		lasts: true,
	},
	{
		name: 'evaluate',
		summary: 'measure how well a detector tells what is anomalous in a labelled data set',
		load: () => import('./evaluate.ts'),
	},
	{
		name: 'simulate',
		summary: 'serve an RTSP camera from a video or a simulated walkway, to try an alarm chain',
		load: () => import('./simulate.ts'),
	},
];
