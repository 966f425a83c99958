import {
  type Assumption,
  answersTo,
  at,
  decided,
  type Evidence,
  isAbout,
  isAddress,
  lastSubmit,
  lineOf,
  successesOf,
} from './assumption.ts';
import { requestIsTaken } from './common.ts';

const PAGE = 'kling.ai/document-api/api/video/motion-control (read from a copy of September 2026)';
const MODEL_PATH = '/motion-control/kling-';
const STATUSES = ['submitted', 'processing', 'succeeded', 'failed'];
const DOLLARS_A_UNIT = 0.14;
const UNITS: Readonly<Record<string, Readonly<Record<'standard' | 'pro', number>>>> = {
  'kling-v3': { standard: 0.9, pro: 1.2 },
  'kling-v2-6': { standard: 0.5, pro: 0.8 },
};

/** All of it is about the API that takes an API key and names the model in its path. */
export const currentApi: readonly Assumption[] = [
  requestIsTaken(
    {
      id: 'current-contents',
      sentence: 'An entry of `contents` is `{type, url}`, and the model is the end of the path.',
      source: PAGE,
    },
    { concerns: (_body, url) => url.includes(MODEL_PATH), accepts: hasTask },
  ),
  requestIsTaken(
    {
      id: 'current-image-as-base64',
      sentence: '`url` of an image takes its bare base64.',
      source: `${PAGE}: "via URL or Base64"`,
    },
    {
      concerns: (body, url) => url.includes(MODEL_PATH) && isInlineImage(body),
      accepts: hasTask,
    },
  ),
  {
    id: 'current-status-words',
    sentence: 'A task is submitted, processing, succeeded or failed.',
    source: PAGE,
    check(evidence) {
      const words = tasksOf(evidence).map((task) => at(task, 'status'));
      if (words.length === 0) return null;
      const others = words.filter((word) => !STATUSES.includes(String(word)));
      return decided(others.length === 0, [...new Set(words)].join(', '));
    },
  },
  {
    id: 'current-result-path',
    sentence:
      'The video is the entry of `outputs` whose type is `video`, with its address in `url`.',
    source: PAGE,
    check(evidence) {
      const task = doneTask(evidence);
      if (task == null) return null;
      const outputs = at(task, 'outputs');
      const video = Array.isArray(outputs)
        ? outputs.find((output) => at(output, 'type') === 'video')
        : null;
      return decided(
        isAddress(at(video, 'url')),
        `members: ${Object.keys(Object(task)).join(', ')}`,
      );
    },
  },
  {
    id: 'current-billing',
    sentence:
      'A second costs 0.9 units (pro: 1.2), with Kling 2.6 0.5 (pro: 0.8), or $0.14 a unit of a balance.',
    source: `${PAGE} names the members of \`billing\`; the rates are those of sellers`,
    check(evidence) {
      const [entry, ...others] = entriesOf(at(doneTask(evidence), 'billing'));
      const rate = UNITS[evidence.model]?.[evidence.tier];
      if (entry == null || rate == null) return null;
      const amount = Number(at(entry, 'amount'));
      const type = String(at(entry, 'charge_type'));
      const perSecond = type === 'unit' ? rate : rate * DOLLARS_A_UNIT;
      const isRight =
        others.length === 0 &&
        (isAbout(amount, perSecond * evidence.clipSeconds) ||
          isAbout(amount, perSecond * Math.ceil(evidence.clipSeconds)));
      return decided(isRight, `${type} ${amount} for a clip of ${evidence.clipSeconds} s`);
    },
  },
  {
    id: 'current-found-by-our-id',
    sentence: 'A task is found by `external_task_ids`, and repeats it as `external_id`.',
    source: PAGE,
    check(evidence) {
      const [found] = answersTo(evidence, 'look-up').slice(-1);
      const submit = lastSubmit(evidence);
      const sent = at(submit?.request.body, 'options', 'external_task_id');
      if (found == null || sent == null || evidence.jobId == null) return null;
      const echoed = entriesOf(at(found.json, 'data')).map((task) => at(task, 'external_id'));
      return decided(echoed.includes(sent), lineOf(found));
    },
  },
];

function hasTask({ json }: { readonly json: unknown }): boolean {
  return at(json, 'data', 'id') != null;
}

function isInlineImage(body: unknown): boolean {
  const image = entriesOf(at(body, 'contents')).find((entry) => at(entry, 'type') === 'image');
  return image != null && !isAddress(at(image, 'url'));
}

function tasksOf(evidence: Evidence): readonly unknown[] {
  // The legacy API answers with one task, and not with a list.
  return successesOf(evidence, 'status').flatMap(({ json }) => entriesOf(at(json, 'data')));
}

function doneTask(evidence: Evidence): unknown {
  return tasksOf(evidence).findLast((task) => at(task, 'status') === 'succeeded');
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
