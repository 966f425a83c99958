import { describe } from 'vitest';
import { type AdapterUnderTest, makeBench } from './conformance/adapter-under-test.ts';
import { testAnswers } from './conformance/answers.ts';
import { testDescription } from './conformance/description.ts';
import { testEstimates } from './conformance/estimates.ts';
import { testInputs } from './conformance/inputs.ts';
import { testLostAnswers } from './conformance/lost-answers.ts';
import { testRefusals } from './conformance/refusals.ts';
import { testRequest } from './conformance/request.ts';
import { testUploads } from './conformance/uploads.ts';

/** What every adapter promises, whoever the provider is. */
export function testAdapter(underTest: AdapterUnderTest): void {
  const bench = makeBench(underTest);
  describe(`${underTest.adapter.id} as an adapter`, () => {
    testDescription(bench);
    testRequest(bench);
    testAnswers(bench);
    testLostAnswers(bench);
    testUploads(bench);
    testRefusals(bench);
    testEstimates(bench);
    testInputs(bench);
  });
}
