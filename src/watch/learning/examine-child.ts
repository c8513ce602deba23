// The process that compares a new model with the running one, or calibrates one. Its request comes as one line on the standard input, which
// stays open as long as its parent lives; it says what it has to say on the standard output.
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { describeError, isForeframeError } from '../../core/errors.ts';
import { calibrateModel } from './calibrate-footage.ts';
import { examineCandidate } from './examine-candidate.ts';
import { type ExamMessage, examineRequest } from './examine-protocol.ts';

// A terminal's Ctrl-C reaches every process in the group; the parent decides.
process.on('SIGINT', () => {});

const input = createInterface({ input: process.stdin });
let asked = false;
input.on('line', (line) => {
	if (asked) return;
	asked = true;
	void answer(line);
});
// The parent is gone.
input.on('close', () => process.exit(1));
process.stdout.on('error', () => process.exit(1));

async function answer(line: string): Promise<void> {
	try {
		const request = examineRequest.parse(JSON.parse(line));
		setPriority(request.nice);
		const told = (done: number) => say({ kind: 'progress', done });
		if (request.kind === 'exam') await say({ kind: 'done', ...(await examineCandidate(request, told)) });
		else await say({ kind: 'calibrated', calibration: await calibrateModel(request, told) });
	} catch (error) {
		if (!isForeframeError(error)) throw error;
		const message = describeError(error).replace(` (${error.code})`, '');
		await say({ kind: 'failed', code: error.code, message });
	}
	process.exit(0);
}

function say(message: ExamMessage): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve());
	return promise;
}
