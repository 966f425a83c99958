import {
  at,
  decided,
  isAddress,
  isText,
  lastSubmit,
  type ProviderAssumptions,
  successesOf,
} from './assumption.ts';
import { pathAnswers, requestIsTaken } from './common.ts';

const MODEL_PAGE = 'prospolabs.com/models/kling-3-motion-control (model page)';
const API_PAGE = 'prospolabs.com/docs (API page)';

export const prospolabs: ProviderAssumptions = {
  provider: 'prospolabs',
  covers: ['lost-answers'],
  assumptions: [
    requestIsTaken(
      {
        id: 'body-flat',
        sentence: 'The fields stand at the top level of the request (`body-shape: flat`).',
        source: `${MODEL_PAGE} shows them so; the ${API_PAGE} puts them inside \`params\``,
      },
      { concerns: (body) => at(body, 'params') === undefined },
    ),
    {
      id: 'synchronous-wait',
      sentence: 'The documented call is held until the video is ready, for up to 15 minutes.',
      source: `${API_PAGE} calls it synchronous; how long the server waits is not said`,
      check(evidence) {
        const submit = lastSubmit(evidence);
        if (submit == null || at(submit.request.body, 'async') === true) return null;
        if (submit.response == null || submit.response.status >= 300) return null;
        const url = at(submit.response.json, 'output_url');
        const word = String(at(submit.response.json, 'status') ?? 'none');
        return decided(
          isText(url),
          `status "${word}", ${isText(url) ? 'with' : 'without'} output_url`,
        );
      },
    },
    pathAnswers(
      {
        id: 'status-path',
        sentence: 'A queued generation is asked for at `/v1/generations/{id}`.',
        source: 'no page shows a path; the option `status-path` moves it',
      },
      'status',
    ),
    {
      id: 'output-url',
      sentence: 'A completed answer names the video in `output_url`.',
      source: `${MODEL_PAGE} lists the field; no page shows a whole answer`,
      check(evidence) {
        const done = [
          ...successesOf(evidence, 'submit'),
          ...successesOf(evidence, 'status'),
        ].filter(({ json }) =>
          /^(completed|complete|succeeded|success|done)$/i.test(String(at(json, 'status'))),
        );
        const last = done.at(-1);
        if (last == null) return null;
        return decided(
          isAddress(at(last.json, 'output_url')),
          `members: ${Object.keys(Object(last.json)).join(', ')}`,
        );
      },
    },
    {
      id: 'estimated-cost',
      sentence: '`estimated_cost_usd` is the price of the whole job, in dollars.',
      source: `the example of the ${MODEL_PAGE}: 0.60 for what may be 6 s of pro`,
      check(evidence) {
        const answers = [...successesOf(evidence, 'submit'), ...successesOf(evidence, 'status')];
        const figure = answers
          .map(({ json }) => at(json, 'estimated_cost_usd'))
          .findLast((value) => typeof value === 'number');
        if (typeof figure !== 'number' || figure === 0) return null;
        const microUsd = Math.round(figure * 1e6);
        const isWithin =
          microUsd >= evidence.lowMicroUsd * 0.99 && microUsd <= evidence.highMicroUsd * 1.01;
        return decided(
          isWithin,
          `${figure}; ours is $${evidence.lowMicroUsd / 1e6} to $${evidence.highMicroUsd / 1e6}`,
        );
      },
    },
  ],
};
