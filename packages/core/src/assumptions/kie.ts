import {
  answersTo,
  at,
  confirmed,
  decided,
  type Evidence,
  isAbout,
  isText,
  lastSubmit,
  lineOf,
  type ProviderAssumptions,
  successesOf,
  wrong,
} from './assumption.ts';
import { requestIsTaken, spentIsEstimated, statesAre } from './common.ts';

const TASKS = 'docs.kie.ai/market/common/get-task-detail';
const CREDITS: Readonly<Record<string, Readonly<Record<'standard' | 'pro', number>>>> = {
  'kling-3.0/motion-control': { standard: 20, pro: 27 },
  'kling-2.6/motion-control': { standard: 11, pro: 18 },
};
const CREDITS_PER_DOLLAR = 200;

export const kie: ProviderAssumptions = {
  provider: 'kie',
  covers: ['charges', 'lost-answers'],
  balance: {
    // docs.kie.ai/common-api/get-account-credits
    request: { method: 'GET', url: 'https://api.kie.ai/api/v1/chat/credit' },
    unit: 'credits',
    read(json) {
      const credits = at(json, 'data');
      return typeof credits === 'number' ? credits : null;
    },
  },
  assumptions: [
    requestIsTaken(
      {
        id: 'mode-is-a-resolution',
        sentence: '`mode` takes `720p` and `1080p`.',
        source: 'four clients found that; the model page says `std` and `pro`',
      },
      {
        refuses: ({ json }) => /not within the range|mode/i.test(String(at(json, 'msg') ?? '')),
        accepts: ({ json }) => at(json, 'data', 'taskId') != null,
      },
    ),
    {
      id: 'refusals-are-in-the-body',
      sentence: 'A refusal is an answer of HTTP 200 whose `code` is another one.',
      source: `${TASKS} lists the codes; clients found them with HTTP 200`,
      check(evidence) {
        const refused = [...answersTo(evidence, 'submit'), ...answersTo(evidence, 'status')].find(
          ({ status, json }) => status >= 400 || (at(json, 'code') ?? 200) !== 200,
        );
        return refused == null ? null : decided(refused.status === 200, lineOf(refused));
      },
    },
    {
      id: 'task-id',
      sentence: 'An accepted request is answered with `data.taskId`.',
      source: 'docs.kie.ai (Getting Started); shown of other models',
      check(evidence) {
        const answer = lastSubmit(evidence)?.response;
        if (answer?.status !== 200 || (at(answer.json, 'code') ?? 200) !== 200) return null;
        return at(answer.json, 'data', 'taskId') == null
          ? wrong(lineOf(answer))
          : confirmed('it is there');
      },
    },
    statesAre(
      {
        id: 'state-words',
        sentence: 'A task is waiting, queuing, generating, success or fail.',
        source: TASKS,
      },
      ['data', 'state'],
      ['waiting', 'queuing', 'generating', 'success', 'fail'],
    ),
    {
      id: 'result-is-json-in-text',
      sentence: '`resultJson` is a JSON text whose `resultUrls[0]` is the video.',
      source: 'clients on GitHub; the page shows the name alone',
      check(evidence) {
        const task = doneTask(evidence);
        if (task == null) return null;
        const text = at(task, 'resultJson');
        return decided(isText(text) && /"resultUrls":\s*\["https?:/.test(text), typeof text);
      },
    },
    {
      id: 'credits-are-told',
      sentence: '`creditsConsumed` tells what was taken.',
      source: "clients that compared it with the account's log; the page does not name it",
      check(evidence) {
        const task = doneTask(evidence);
        if (task == null) return null;
        const credits = at(task, 'creditsConsumed');
        return decided(
          typeof credits === 'number' && credits > 0,
          `creditsConsumed: ${String(credits)}`,
        );
      },
    },
    {
      id: 'credits-a-second',
      sentence: 'A second costs 20 credits (pro: 27), with Kling 2.6 11 (pro: 18).',
      source: 'kie.ai/pricing as a client relays it; but 120 credits were measured for 4 s',
      check(evidence) {
        const credits = at(doneTask(evidence), 'creditsConsumed');
        const rate = CREDITS[evidence.model]?.[evidence.tier];
        if (typeof credits !== 'number' || rate == null) return null;
        const isRight =
          isAbout(credits, rate * evidence.clipSeconds) ||
          isAbout(credits, rate * Math.ceil(evidence.clipSeconds));
        return decided(isRight, `${credits} credits for a clip of ${evidence.clipSeconds} s`);
      },
    },
    {
      id: 'credits-match-the-account',
      sentence: 'The credits that leave the account are those of `creditsConsumed`.',
      source: "clients that compared it with the account's log",
      check(evidence) {
        const credits = at(doneTask(evidence), 'creditsConsumed');
        const { spent } = evidence;
        if (typeof credits !== 'number' || spent == null || spent === 0) return null;
        return decided(isAbout(spent, credits), `${spent} left the account, ${credits} were told`);
      },
    },
    spentIsEstimated(
      {
        id: 'account-is-charged-as-estimated',
        sentence: 'What leaves the account is within the estimate, at $0.005 a credit.',
        source: 'the price of a credit in the smallest pack',
      },
      CREDITS_PER_DOLLAR,
    ),
    {
      id: 'output-host-wants-an-agent',
      sentence: 'The host of the results answers a request with a user agent.',
      source: 'clients found 403 without one',
      check(evidence) {
        const answer = answersTo(evidence, 'download').at(-1);
        return answer == null ? null : decided(answer.status !== 403, `HTTP ${answer.status}`);
      },
    },
  ],
};

function doneTask(evidence: Evidence): unknown {
  return successesOf(evidence, 'status')
    .map(({ json }) => at(json, 'data'))
    .findLast((task) => isText(at(task, 'state')) && at(task, 'state') === 'success');
}
