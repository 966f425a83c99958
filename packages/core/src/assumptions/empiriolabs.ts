import {
  at,
  decided,
  type Evidence,
  isAbout,
  isAddress,
  lastSubmit,
  type ProviderAssumptions,
  successesOf,
} from './assumption.ts';
import { holds, pathAnswers, requestIsTaken, spentIsEstimated } from './common.ts';

const PAGE = 'docs.empiriolabs.ai/models/kling-v3-motion-control';
const CLIENTS = 'seen by clients of other models of its API';
const MCP = "its MCP manifest, made from the API's definition; the route is not documented";

export const empiriolabs: ProviderAssumptions = {
  provider: 'empiriolabs',
  covers: ['charges', 'lost-answers'],
  balance: {
    // docs.empiriolabs.ai/account-usage-api
    request: { method: 'GET', url: 'https://api.empiriolabs.ai/v1/account/usage?limit=1' },
    unit: 'dollars',
    read(json) {
      const amounts = [at(json, 'balance', 'amount'), at(json, 'balance'), at(json, 'credits')];
      const amount = amounts.find((value) => typeof value === 'number');
      return typeof amount === 'number' ? amount : null;
    },
  },
  assumptions: [
    holds(
      {
        id: 'job-id',
        sentence: 'An accepted request is answered with `job_id`.',
        source:
          'empiriolabs.ai/models/kling-v3-motion-control (product page); `id` is read as well',
      },
      'submit',
      ['job_id'],
      (value) => typeof value === 'string' || typeof value === 'number',
    ),
    requestIsTaken(
      {
        id: 'prompt-optional',
        sentence: 'A request without `prompt` is taken.',
        source: `${PAGE} marks it as required, the product page does not`,
      },
      { concerns: (body) => at(body, 'prompt') === undefined },
    ),
    requestIsTaken({
      id: 'duration-is-taken',
      sentence: '`duration` takes the whole seconds of the clip.',
      source: `${PAGE}: 1 to 30, default 5; whether it has to fit the clip is not said`,
    }),
    {
      id: 'done-word',
      sentence: 'A finished job is `completed`.',
      source: 'its MCP manifest says so; its blog says `succeeded`; both are read',
      check(evidence) {
        const word = at(doneAnswer(evidence), 'status');
        return typeof word === 'string' ? decided(word === 'completed', `"${word}"`) : null;
      },
    },
    {
      id: 'result-path',
      sentence: 'The video stands in `result.data[0].url`.',
      source: `${CLIENTS}; other places are read as well`,
      check(evidence) {
        const answer = doneAnswer(evidence);
        if (answer == null) return null;
        const isThere = isAddress(at(answer, 'result', 'data', 0, 'url'));
        return decided(
          isThere,
          isThere ? 'it is there' : `addresses stand in: ${placesOf(answer)}`,
        );
      },
    },
    {
      id: 'progress-is-a-fraction',
      sentence: '`progress` counts from 0 to 1.',
      source: 'docs.empiriolabs.ai/api-reference (jobs); APIs of this shape count to 100',
      check(evidence) {
        const figures = successesOf(evidence, 'status')
          .map(({ json }) => at(json, 'progress'))
          .filter((value) => typeof value === 'number');
        const most = Math.max(0, ...figures);
        if (most === 0) return null;
        return decided(most <= 1, `seen: ${figures.join(', ')}`);
      },
    },
    {
      id: 'billable-units',
      sentence: '`result.usage` tells `billable_units` in seconds.',
      source: CLIENTS,
      check(evidence) {
        const answer = doneAnswer(evidence);
        if (answer == null) return null;
        const units = at(answer, 'result', 'usage', 'billable_units');
        const unit = at(answer, 'result', 'usage', 'billing_unit');
        const isRight = typeof units === 'number' && /^seconds?$/i.test(String(unit));
        return decided(isRight, `${String(units)} ${String(unit)}`);
      },
    },
    {
      id: 'billed-by-duration',
      sentence: 'What is billed is the `duration` that was sent.',
      source: 'no page says whether `duration` or the clip is billed',
      check(evidence) {
        const units = at(doneAnswer(evidence), 'result', 'usage', 'billable_units');
        const sent = at(lastSubmit(evidence)?.request.body, 'duration');
        if (typeof units !== 'number' || typeof sent !== 'number') return null;
        return decided(isAbout(units, sent), `${units} billed, ${sent} sent`);
      },
    },
    pathAnswers(
      { id: 'job-list-path', sentence: 'Jobs are listed at `/v1/jobs`.', source: MCP },
      'look-up',
    ),
    {
      id: 'job-list-repeats-inputs',
      sentence: 'A listed job repeats the addresses of both inputs.',
      source: 'the fields of a listed job are documented nowhere',
      check(evidence) {
        const { jobId } = evidence;
        const body = lastSubmit(evidence)?.request.body;
        const inputs = ['reference_image', 'reference_video'].map((name) => at(body, name));
        const listed = successesOf(evidence, 'look-up').at(-1);
        if (listed == null || jobId == null || !inputs.every(isAddress)) return null;
        const jobs = [listed.json, at(listed.json, 'data'), at(listed.json, 'jobs')].find(
          Array.isArray,
        );
        const own = jobs?.find((job) => JSON.stringify(job).includes(jobId));
        if (own == null) return null;
        const text = JSON.stringify(own);
        return decided(
          inputs.every((url) => text.includes(url)),
          `members: ${Object.keys(Object(own)).join(', ')}`,
        );
      },
    },
    {
      id: 'price-list-is-read',
      sentence: 'The card of the model has a row for each tier in dollars a second.',
      source: 'that there are `pricing_rows` is documented, what is in one is not',
      check(evidence) {
        if (successesOf(evidence, 'price').length === 0) return null;
        const price = evidence.publishedMicroUsdPerSecond;
        return decided(price != null, price == null ? 'no such row was found' : `$${price / 1e6}`);
      },
    },
    spentIsEstimated(
      {
        id: 'account-is-charged-as-estimated',
        sentence: 'What leaves the account is within the estimate.',
        source: 'rounding and the unit of billing are not documented',
      },
      1,
    ),
  ],
};

/** The answer that says that the job is done. */
function doneAnswer(evidence: Evidence): unknown {
  return successesOf(evidence, 'status')
    .map(({ json }) => json)
    .findLast((json) =>
      /^(completed|complete|succeeded|success|done)$/i.test(String(at(json, 'status'))),
    );
}

/** Where in an answer addresses stand: `result.video.url`. */
function placesOf(value: unknown, path = ''): string {
  if (isAddress(value)) return path;
  if (typeof value !== 'object' || value == null) return '';
  return Object.entries(value)
    .map(([name, member]) => placesOf(member, path === '' ? name : `${path}.${name}`))
    .filter((place) => place !== '')
    .join(', ');
}
