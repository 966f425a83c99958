import {
  at,
  confirmed,
  decided,
  type Evidence,
  isAbout,
  isAddress,
  lastSubmit,
  lineOf,
  type ProviderAssumptions,
  successesOf,
  wrong,
} from './assumption.ts';
import { requestIsTaken, statesAre } from './common.ts';
import { currentApi } from './kling-current.ts';

const API =
  'app.klingai.com/global/dev/document-api (API reference, motion control; read from a copy)';
const TASKS = '/v1/videos/motion-control';
const AUTH_CODES = new Set([1000, 1001, 1002, 1003, 1004]);
const UNITS: Readonly<Record<string, Readonly<Record<'standard' | 'pro', number>>>> = {
  'kling-v3': { standard: 0.9, pro: 1.2 },
  'kling-v2-6': { standard: 0.5, pro: 0.8 },
};

/** What is written here is about the API that takes an access key and a secret key. */
export const kling: ProviderAssumptions = {
  provider: 'kling',
  covers: [],
  assumptions: [
    {
      id: 'token-of-two-keys',
      sentence: 'A token signed with the access key and the secret key may create tasks.',
      source: `${API}; its newer pages call these keys legacy`,
      check(evidence) {
        const answer = submitOf(evidence)?.response;
        if (answer == null) return null;
        const code = Number(at(answer.json, 'code'));
        if (answer.status === 401 || AUTH_CODES.has(code)) return wrong(lineOf(answer));
        return at(answer.json, 'data', 'task_id') == null ? null : confirmed(`code ${code}`);
      },
    },
    requestIsTaken(
      {
        id: 'model-name',
        sentence: '`model_name` takes `kling-v3` and `kling-v2-6`.',
        source: `${API} lists them; sellers quote them`,
      },
      {
        concerns: (_body, url) => url.endsWith(TASKS),
        accepts: ({ json }) => at(json, 'data', 'task_id') != null,
      },
    ),
    requestIsTaken(
      {
        id: 'image-as-base64',
        sentence: '`image_url` takes the bare base64 of the image.',
        source: `${API} says so of images; that motion control does, no page shows`,
      },
      {
        concerns: (body, url) => url.endsWith(TASKS) && !isAddress(at(body, 'image_url')),
        accepts: ({ json }) => at(json, 'data', 'task_id') != null,
      },
    ),
    statesAre(
      {
        id: 'status-words',
        sentence: 'A task is submitted, processing, succeed or failed.',
        source: API,
      },
      ['data', 'task_status'],
      ['submitted', 'processing', 'succeed', 'failed'],
    ),
    {
      id: 'result-path',
      sentence: 'The video stands in `data.task_result.videos[0].url`.',
      source: `${API}, and the client of the AI SDK`,
      check(evidence) {
        const task = doneTask(evidence);
        if (task == null) return null;
        const isThere = isAddress(at(task, 'task_result', 'videos', 0, 'url'));
        return decided(isThere, `members: ${Object.keys(Object(task)).join(', ')}`);
      },
    },
    {
      id: 'units-are-told',
      sentence: '`final_unit_deduction` tells what was taken, and nothing is taken besides it.',
      source: `${API}; accounts that pay from a balance were seen with \`final_balance_deduction\``,
      check(evidence) {
        const task = doneTask(evidence);
        if (task == null) return null;
        const units = Number(at(task, 'final_unit_deduction'));
        const others = Object.keys(Object(task)).filter(
          (name) => /deduction|price|cost|billing/i.test(name) && name !== 'final_unit_deduction',
        );
        return decided(
          units > 0 && others.length === 0,
          `final_unit_deduction: ${String(at(task, 'final_unit_deduction'))}${others.length === 0 ? '' : `, and ${others.join(', ')}`}`,
        );
      },
    },
    {
      id: 'units-a-second',
      sentence: 'A second costs 0.9 units (pro: 1.2), with Kling 2.6 0.5 (pro: 0.8).',
      source: "sellers' prices and evolink.ai's comparison",
      check(evidence) {
        const units = Number(at(doneTask(evidence), 'final_unit_deduction'));
        const rate = UNITS[evidence.model]?.[evidence.tier];
        if (!(units > 0) || rate == null) return null;
        const isRight =
          isAbout(units, rate * evidence.clipSeconds) ||
          isAbout(units, rate * Math.ceil(evidence.clipSeconds));
        return decided(isRight, `${units} units for a clip of ${evidence.clipSeconds} s`);
      },
    },
    {
      id: 'found-by-our-id',
      sentence: 'A task is found by its `external_task_id` in the path, and repeats it.',
      source: `${API}: "choose either task_id or external_task_id"`,
      check(evidence) {
        const found = evidence.exchanges.findLast(({ purpose }) => purpose === 'look-up')?.response;
        const sent = at(submitOf(evidence)?.request.body, 'external_task_id');
        if (found == null || sent == null || evidence.jobId == null) return null;
        const echoed = at(found.json, 'data', 'task_info', 'external_task_id');
        return decided(echoed === sent, lineOf(found));
      },
    },
    ...currentApi,
  ],
};

function submitOf(evidence: Evidence) {
  const submit = lastSubmit(evidence);
  return submit?.request.url.endsWith(TASKS) === true ? submit : null;
}

function doneTask(evidence: Evidence): unknown {
  return successesOf(evidence, 'status')
    .map(({ json }) => at(json, 'data'))
    .findLast((task) => at(task, 'task_status') === 'succeed');
}
