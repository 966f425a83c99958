import {
  answersTo,
  at,
  confirmed,
  decided,
  isAddress,
  isSuccess,
  lastSubmit,
  lineOf,
  type ProviderAssumptions,
  successesOf,
  wrong,
} from './assumption.ts';
import { holds, requestIsTaken, statesAre } from './common.ts';

const SCHEMA = 'input schema of the model, version 15430b30, as clients copied it (2026-06-04)';
const HTTP = 'replicate.com/docs/reference/http';

export const replicate: ProviderAssumptions = {
  provider: 'replicate',
  covers: [],
  assumptions: [
    requestIsTaken({
      id: 'input-fields',
      sentence:
        'The input takes `image`, `video`, `mode`, `character_orientation` and `keep_original_sound`.',
      source: SCHEMA,
    }),
    holds(
      {
        id: 'prediction-id',
        sentence: 'A model is run at `/v1/models/{owner}/{name}/predictions` and answers an `id`.',
        source: `${HTTP} says so of official models; that this one is official, its page says`,
      },
      'submit',
      ['id'],
    ),
    statesAre(
      {
        id: 'status-words',
        sentence: 'A prediction is starting, processing, succeeded, failed, canceled or aborted.',
        source: 'replicate.com/docs/topics/predictions/lifecycle',
      },
      ['status'],
      ['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted'],
    ),
    {
      id: 'output-is-an-address',
      sentence: '`output` is the address of the video, or a list that begins with it.',
      source: 'the output schema of the model was not readable',
      check(evidence) {
        const done = successesOf(evidence, 'status').findLast(
          ({ json }) => at(json, 'status') === 'succeeded',
        );
        if (done == null) return null;
        const output = at(done.json, 'output');
        const isRight = isAddress(output) || isAddress(at(output, 0));
        return decided(isRight, `output is ${Array.isArray(output) ? 'a list' : typeof output}`);
      },
    },
    {
      id: 'no-price-in-metrics',
      sentence: '`metrics` tells how long it ran and not what was billed.',
      source: `${HTTP} (predictions.get)`,
      check(evidence) {
        const done = successesOf(evidence, 'status').findLast(
          ({ json }) => at(json, 'metrics') != null,
        );
        if (done == null) return null;
        const names = Object.keys(Object(at(done.json, 'metrics')));
        return decided(
          !names.some((name) => /cost|price|bill|amount/i.test(name)),
          names.join(', '),
        );
      },
    },
    {
      id: 'upload',
      sentence: 'A file is stored by one form with the field `content`; `urls.get` is its address.',
      source: 'replicate-javascript lib/files.js, 2fd6f39 (2025-11-17)',
      check(evidence) {
        const answers = answersTo(evidence, 'upload');
        const refused = answers.find((answer) => !isSuccess(answer));
        if (answers.length === 0) return null;
        if (refused != null) return wrong(lineOf(refused));
        const isRight = answers.every(({ json }) => isAddress(at(json, 'urls', 'get')));
        return decided(
          isRight,
          lineOf(answers[0] ?? { status: 0, headers: {}, json: null, text: '' }),
        );
      },
    },
    {
      id: 'upload-is-readable',
      sentence: 'The model reads a file of the account, which nobody else can.',
      source: 'replicate.com/docs/topics/predictions/input-files; not said of this model',
      check: (evidence) =>
        evidence.isDone && successesOf(evidence, 'upload').length > 0
          ? confirmed('the prediction succeeded')
          : null,
    },
    {
      id: 'list-repeats-inputs',
      sentence: 'A listed prediction repeats its input as it was sent.',
      source: `${HTTP} (predictions.list); that addresses are repeated unchanged is not said`,
      check(evidence) {
        const { jobId } = evidence;
        const sent = at(lastSubmit(evidence)?.request.body, 'input');
        const results = at(successesOf(evidence, 'look-up').at(-1)?.json, 'results');
        if (!Array.isArray(results) || jobId == null || sent == null) return null;
        const own = results.find((one) => at(one, 'id') === jobId);
        if (own == null) return null;
        const listed = at(own, 'input');
        const changed = Object.entries(Object(sent)).filter(
          ([name, value]) => JSON.stringify(at(listed, name)) !== JSON.stringify(value),
        );
        const names = changed.map(([name]) => name).join(', ');
        return decided(changed.length === 0, changed.length === 0 ? 'all of it' : `not ${names}`);
      },
    },
  ],
};
