import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { graphOf } from '../support/nn-case.ts';
import { trainableNetwork } from '../support/nn-network.ts';
import { OPERATOR_CASES } from '../support/nn-operator-cases.ts';
import { missing } from '../support/peers.ts';

/** Prints what is wrong with each file, a line each; the shapes it infers must be those that the file states. */
const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    try:
        onnx.checker.check_model(path, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(onnx.load(path), strict_mode=True, data_prop=True)
        assert inferred.ir_version == 8 and [(o.domain, o.version) for o in inferred.opset_import] == [('', 17)]
    except Exception as error:
        print(path.rsplit('/')[-1], str(error).replace('\\n', ' ')[:300])
`;

test('the reference checker of ONNX accepts every operator, its gradient, a training step and an inference file', {
	skip: missing('onnx-checker'),
}, async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-onnx-'));
	t.after(() => rm(folder, { recursive: true }));
	const { graph } = trainableNetwork({ clipNorm: 1, weightDecay: 0.01 });
	const files = [
		['training', emitOnnx(graph, { parameters: 'inputs', metadata: { purpose: 'training' } })],
		['inference', emitOnnx(graph, { parameters: graph.initialParameters(1), outputs: ['prediction'] })],
		...OPERATOR_CASES.map((row) => [
			row.name.replaceAll(/\W+/g, '-'),
			emitOnnx(graphOf(row).graph, { parameters: 'inputs' }),
		]),
	] as [string, Uint8Array][];
	const paths = files.map(([name]) => join(folder, `${name}.onnx`));
	assert.equal(new Set(paths).size, files.length);
	await Promise.all(files.map(([, file], index) => writeFile(paths[index]!, file)));
	assert.equal(execFileSync('/usr/bin/python3', ['-c', CHECK, ...paths], { encoding: 'utf8', maxBuffer: 1e8 }), '');
});
