import { at, decided, isAddress, type ProviderAssumptions, successesOf } from './assumption.ts';
import { holds, pathAnswers, requestIsTaken, spentIsEstimated, statesAre } from './common.ts';

const MODEL_PAGE = 'wavespeed.ai/docs/docs-api/kwaivgi/kwaivgi-kling-v3.0-std-motion-control';

export const wavespeed: ProviderAssumptions = {
  provider: 'wavespeed',
  covers: ['lost-answers'],
  balance: {
    // Public clients read it so; its page was not readable.
    request: { method: 'GET', url: 'https://api.wavespeed.ai/api/v3/balance' },
    unit: 'dollars',
    read(json) {
      const balance = at(json, 'data', 'balance');
      return typeof balance === 'number' ? balance : null;
    },
  },
  assumptions: [
    requestIsTaken({
      id: 'model-path',
      sentence: 'The tier is a part of the path, and `image` and `video` take addresses.',
      source: `${MODEL_PAGE}, as its excerpt shows it`,
    }),
    holds(
      {
        id: 'prediction-id',
        sentence: 'An accepted request is answered with `data.id`.',
        source: 'wavespeed.ai/docs/get-result; shown of other models',
      },
      'submit',
      ['data', 'id'],
    ),
    pathAnswers(
      {
        id: 'status-path',
        sentence: 'A prediction is asked for at `/api/v3/predictions/{id}/result`.',
        source:
          'the model pages; the guide "How to Get Result" leaves `/result` out (option `status-path`)',
      },
      'status',
    ),
    statesAre(
      {
        id: 'status-words',
        sentence: 'A prediction is created, processing, completed, failed, cancelled or timeout.',
        source: "its Python SDK and that SDK's tests",
      },
      ['data', 'status'],
      ['created', 'queued', 'processing', 'completed', 'failed', 'cancelled', 'timeout'],
    ),
    {
      id: 'outputs-are-addresses',
      sentence: '`data.outputs[0]` is the address of the video.',
      source: 'wavespeed.ai/docs/get-result; shown of other models',
      check(evidence) {
        const done = successesOf(evidence, 'status').findLast(
          ({ json }) => at(json, 'data', 'status') === 'completed',
        );
        if (done == null) return null;
        const output = at(done.json, 'data', 'outputs', 0);
        return decided(isAddress(output), `the first output is ${typeof output}`);
      },
    },
    {
      id: 'no-price-in-answers',
      sentence: 'No answer names what was charged.',
      source: 'wavespeed.ai/docs/get-result names no such member',
      check(evidence) {
        const answers = successesOf(evidence, 'status');
        if (!evidence.isDone || answers.length === 0) return null;
        const names = answers
          .flatMap(({ json }) => Object.keys(Object(at(json, 'data'))))
          .filter((name) => /cost|price|charge|credit|amount|bill/i.test(name));
        return decided(names.length === 0, names.length === 0 ? 'none does' : names.join(', '));
      },
    },
    spentIsEstimated(
      {
        id: 'account-is-charged-as-estimated',
        sentence: 'What leaves the account is within the estimate, 3 s at least.',
        source: 'clients that quote its model page: $0.378 up to 3 s, $0.63 for 5 s',
      },
      1,
    ),
  ],
};
