import { test } from 'node:test';
import { checkCase } from '../support/nn-case.ts';
import { OPERATOR_CASES } from '../support/nn-operator-cases.ts';
import { tensorFlow } from '../support/tensorflow.ts';

const tf = await tensorFlow();
for (const operator of OPERATOR_CASES)
	test(`${operator.name}: onnxruntime, TensorFlow.js and finite differences agree`, () => checkCase(tf, operator));
