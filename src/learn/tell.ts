import type { LearnEvent, LearnEventOf } from './events.ts';

interface Outputs {
	readonly stdout: { write(text: string): unknown };
	readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
}

const REDRAWN_EVERY_MS = 200;
const TOLD_EVERY_MS = 60_000;

/** Lines a person can follow: one that is written over on a terminal, one a minute elsewhere. */
export function tellPeople({ stdout, stderr }: Outputs): (event: LearnEvent) => void {
	let toldAt = Number.NEGATIVE_INFINITY;
	let isDrawn = false;
	const passing = (text: string, last: boolean) => {
		const now = performance.now();
		if (!last && now - toldAt < (stderr.isTTY ? REDRAWN_EVERY_MS : TOLD_EVERY_MS)) return;
		toldAt = now;
		isDrawn = !last;
		stderr.write(stderr.isTTY ? `\r\u001b[2K${text}${last ? '\n' : ''}` : `${text}\n`);
	};
	/** A line that stays, below the one that is written over. */
	const staying = (output: Outputs['stdout'], text: string) => {
		if (isDrawn && stderr.isTTY) stderr.write('\n');
		isDrawn = false;
		output.write(`${text}\n`);
	};
	return (event) => {
		switch (event.kind) {
			case 'reading': {
				const { dataset, done, total } = event;
				if (total === null) return passing(`reading ${dataset}: ${done}`, false);
				return passing(`reading ${dataset}: ${done} of ${total}`, done === total);
			}
			case 'collecting': {
				const { camera, seconds, ofSeconds, frames } = event;
				const share = Math.min(1, seconds / ofSeconds);
				return passing(
					`${bar(share)} watching ${camera}: ${clock(seconds)} of ${clock(ofSeconds)}, ${frames} frames`,
					share >= 1,
				);
			}
			case 'warning':
				return staying(stderr, event.message);
			case 'footage': {
				const { frames, clips, heldOut } = event;
				return staying(stdout, `learning from ${frames} frames in ${clips} clips, held out: ${heldOut.join(', ')}`);
			}
			case 'resumed':
				return staying(stdout, `going on after step ${event.step}, ${event.minutes} minutes learned before`);
			case 'training':
				return passing(progressLine(event), event.done >= 1);
			case 'checkpoint':
			case 'failed':
				return;
			case 'interrupted':
				return staying(stderr, 'stopped: the same command goes on from here');
			case 'done': {
				const { manifest, heldOut } = event;
				const { steps, minutes, heldOutError } = manifest.training;
				return staying(
					stdout,
					`${manifest.id} ${manifest.sha256.slice(0, 12)}: ${steps} steps in ${minutes} minutes, ` +
						`held-out PSNR ${decibels(heldOutError)} dB, gate ${heldOut.gate.toPrecision(3)}`,
				);
			}
			default:
				event satisfies never;
		}
	};
}

function progressLine(event: LearnEventOf<'training'>): string {
	const { step, done, samplesPerSecond, secondsLeft, terms, heldOutError, usage } = event;
	const used = usage.filter((share) => share > 0.1 / usage.length).length;
	const heldOut = heldOutError === null ? '' : `, held-out ${decibels(heldOutError)} dB`;
	return (
		`${bar(done)} step ${step}, ${samplesPerSecond.toFixed(0)} samples/s, ${clock(secondsLeft)} left, ` +
		`loss ${terms['loss']?.toPrecision(3)}, PSNR ${decibels(terms['error'] ?? Number.NaN)} dB${heldOut}, ` +
		`items ${levels(usage)} ${used} of ${usage.length} in use`
	);
}

function bar(share: number): string {
	return '█'.repeat(Math.round(20 * share)).padEnd(20, '░');
}

/** Each value as a column, the highest one full. */
function levels(values: readonly number[]): string {
	const highest = Math.max(...values);
	return values.map((value) => '▁▂▃▄▅▆▇█'[Math.round((7 * value) / highest)] ?? ' ').join('');
}

function clock(seconds: number): string {
	const whole = Math.ceil(seconds);
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function decibels(meanSquaredError: number): string {
	return (-10 * Math.log10(meanSquaredError)).toFixed(2);
}
