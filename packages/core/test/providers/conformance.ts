import { describe } from 'vitest';
import { type AdapterUnderTest, type Bench, makeBench } from './conformance/adapter-under-test.ts';
import { testAnswers } from './conformance/answers.ts';
import { testDescription, testLimits } from './conformance/description.ts';
import { testEstimates } from './conformance/estimates.ts';
import { testInputs } from './conformance/inputs.ts';
import { testLostAnswers } from './conformance/lost-answers.ts';
import { testRefusals } from './conformance/refusals.ts';
import { testRequest } from './conformance/request.ts';
import { testUploads } from './conformance/uploads.ts';

/** What differs from model to model. */
function testModel(bench: Bench): void {
  testLimits(bench);
  testRequest(bench);
  testEstimates(bench);
  testInputs(bench);
}

/** What every adapter promises, whoever the provider is. */
export function testAdapter(underTest: AdapterUnderTest): void {
  const { id, models } = underTest.adapter;
  const [first = '', ...others] = Object.keys(models);
  const bench = makeBench(underTest, first);
  describe(`${id} as an adapter`, () => {
    testDescription(bench);
    testModel(bench);
    testAnswers(bench);
    testLostAnswers(bench);
    testUploads(bench);
    testRefusals(bench);
  });
  describe.each(others)(`${id} as an adapter that sells %s too`, (model) => {
    testModel(makeBench(underTest, model));
  });
}
