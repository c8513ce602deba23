import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLinearExtrapolation } from '../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import { type MnadModel, readModel } from '../../src/detect/mnad/model.ts';
import { sitExam } from '../../src/learn/exam.ts';
import type { ExamReport } from '../../src/learn/exam-report.ts';
import { judgePromotion } from '../../src/learn/promotion.ts';
import { seededRandom } from '../../src/learn/random.ts';
import type { Clip } from '../../src/learn/scene.ts';
import { plainInference } from '../support/mnad-model.ts';
import { walkwayClips } from '../support/walkway.ts';

const SHIPPED = fileURLToPath(new URL('../../models/mnad-compact/10fps', import.meta.url));

/** The same model with the weights of its decoder and its head replaced by noise of their own spread. */
function damaged(model: MnadModel): MnadModel {
	const random = seededRandom(1);
	const parameters = new Map(
		[...model.parameters].map(([name, values]) => {
			if (!/^(decode|head)\./.test(name)) return [name, values] as const;
			const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
			return [name, values.map(() => spread * random.normal())] as const;
		}),
	);
	return { ...model, parameters, manifest: { ...model.manifest, id: 'damaged', sha256: 'd'.repeat(64) } };
}

describe('A camera’s next model', () => {
	let clips: Clip[];
	let shipped: ExamReport;
	let worse: ExamReport;

	const sit = async (model: MnadModel): Promise<ExamReport> => {
		await using inference = plainInference();
		await using detector = openMnad({ model, memory: 'online', inference });
		const signal = new AbortController().signal;
		return await sitExam(detector, clips, { seed: 1, windows: 20, framesPerSecond: 10, signal });
	};

	before(async () => {
		clips = walkwayClips(2, 90);
		const model = await readModel(SHIPPED);
		shipped = await sit(model);
		const changed = damaged(model);
		assert.notDeepEqual([...changed.parameters], [...model.parameters]);
		worse = await sit(changed);
	});

	test('is refused when it is worse than the one that runs', () => {
		const judged = judgePromotion(shipped, worse);
		assert.equal(judged.kind, 'refuse', judged.why);
		assert.match(judged.why, /refused because it is worse/);
	});

	test('is refused when it is the same', () => {
		assert.equal(judgePromotion(shipped, shipped).kind, 'refuse');
	});

	test('is promoted when it tells more', () => {
		const judged = judgePromotion(worse, shipped);
		assert.equal(judged.kind, 'promote', judged.why);
	});

	test('can be compared with the detector that learns nothing, which sat the same exam', async () => {
		const signal = new AbortController().signal;
		const options = { seed: 1, windows: 20, framesPerSecond: 10, signal };
		const baseline = await sitExam(openLinearExtrapolation(), clips, options);
		assert.equal(baseline.paper, shipped.paper);
		assert.equal(judgePromotion(shipped, baseline).kind, 'refuse');
	});
});
