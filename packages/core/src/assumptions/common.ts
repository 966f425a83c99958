import type { OutputWarning } from '../model/media/output-warning.ts';
import type { ExchangeResponse, Purpose } from '../model/probe.ts';
import type { Tier } from '../model/transfer.ts';
import {
  type Assumption,
  answersTo,
  at,
  type Check,
  confirmed,
  decided,
  type Evidence,
  isSuccess,
  isText,
  lastSubmit,
  lineOf,
  namesIn,
  successesOf,
  wrong,
} from './assumption.ts';

type Words = Pick<Assumption, 'id' | 'sentence' | 'source'>;

/** Statuses by which a request is refused for what stands in it. */
const REFUSED_FOR_CONTENT = new Set([400, 404, 405, 415, 422]);

/**
 * The request to buy is taken as it is sent: an answer with a handle confirms it, a refusal for its content
 * is wrong, and one for the key, the money or the rate says nothing.
 */
export function requestIsTaken(
  words: Words,
  {
    concerns = () => true,
    refuses = ({ status }) => REFUSED_FOR_CONTENT.has(status),
    accepts = isSuccess,
  }: {
    /** Whether the request that was sent is about it at all. */
    readonly concerns?: (body: unknown, url: string) => boolean;
    readonly refuses?: (answer: ExchangeResponse) => boolean;
    readonly accepts?: (answer: ExchangeResponse) => boolean;
  } = {},
): Assumption {
  return {
    ...words,
    check(evidence) {
      const submit = lastSubmit(evidence);
      if (submit?.response == null || !concerns(submit.request.body, submit.request.url))
        return null;
      if (refuses(submit.response)) return wrong(lineOf(submit.response));
      return accepts(submit.response) ? confirmed(`HTTP ${submit.response.status}`) : null;
    },
  };
}

/** A successful answer holds a member. */
export function holds(
  words: Words,
  purpose: Purpose,
  path: readonly (string | number)[],
  isRight: (value: unknown) => boolean = isText,
): Assumption {
  const name = path.join('.');
  return {
    ...words,
    check(evidence) {
      const answers = successesOf(evidence, purpose);
      if (answers.length === 0) return null;
      const right = answers.find(({ json }) => isRight(at(json, ...path)));
      if (right != null) return confirmed(`${name} is there`);
      const [first] = answers;
      const parent = at(first?.json, ...path.slice(0, -1));
      return wrong(`${name} is not there as expected; the answer has ${namesIn(parent)}`);
    },
  };
}

/** Every word for a state is one of those that are known. */
export function statesAre(
  words: Words,
  path: readonly (string | number)[],
  known: readonly string[],
): Assumption {
  return {
    ...words,
    check(evidence) {
      const seen = new Set(
        successesOf(evidence, 'status')
          .map(({ json }) => at(json, ...path))
          .filter(isText),
      );
      if (seen.size === 0) return null;
      const unknown = [...seen].filter((word) => !known.includes(word));
      return unknown.length === 0
        ? confirmed(`seen: ${[...seen].join(', ')}`)
        : wrong(`not listed: ${unknown.join(', ')}`);
    },
  };
}

/** The path is right: it answers, and does not say that there is no such thing. */
export function pathAnswers(words: Words, purpose: Purpose): Assumption {
  return {
    ...words,
    check(evidence) {
      const answers = answersTo(evidence, purpose);
      const [good] = answers.filter(isSuccess);
      if (good != null) return confirmed(`HTTP ${good.status}`);
      const gone = answers.find(({ status }) => status === 404 || status === 405);
      return gone == null ? null : wrong(lineOf(gone));
    },
  };
}

/** The list price of the tier in dollars a second, where the account or its price list shows another figure. */
export function priceIs(words: Words, model: string, tier: Tier): Assumption {
  return { ...words, check: (evidence) => checkPrice(evidence, model, tier) };
}

function checkPrice(evidence: Evidence, model: string, tier: Tier): Check | null {
  if (evidence.model !== model || evidence.tier !== tier) return null;
  const { publishedMicroUsdPerSecond: published, microUsdPerSecond } = evidence;
  if (published == null) return null;
  return decided(
    published === microUsdPerSecond,
    `its price list says $${published / 1e6} a second`,
  );
}

/** What left the account is within the estimate; only for a job that is done. */
export function spentIsEstimated(words: Words, unitsPerDollar: number): Assumption {
  return {
    ...words,
    check({ spent, lowMicroUsd, highMicroUsd, isDone }) {
      if (spent == null || spent === 0 || !isDone) return null;
      const microUsd = Math.round((spent / unitsPerDollar) * 1e6);
      const isWithin = microUsd >= lowMicroUsd * 0.99 && microUsd <= highMicroUsd * 1.01;
      return decided(
        isWithin,
        `$${microUsd / 1e6} left the account; the estimate was $${lowMicroUsd / 1e6} to $${highMicroUsd / 1e6}`,
      );
    },
  };
}

/** The video is as it was asked for, in this respect. */
function lacksNothing(words: Words, kinds: readonly OutputWarning['kind'][]): Assumption {
  return {
    ...words,
    check({ lacks }) {
      if (lacks == null) return null;
      const found = lacks.filter((kind) => kinds.includes(kind));
      return decided(
        found.length === 0,
        found.length === 0 ? 'it is so' : `it is ${found.join(', ')}`,
      );
    },
  };
}

/** What is taken to be true of every provider. */
export const COMMON: readonly Assumption[] = [
  {
    id: 'error-envelope',
    sentence:
      'An error carries its text in `message`, `msg`, `detail` or `error`, at the top or inside `error`.',
    source: 'error bodies are documented in part only; the shapes are those that clients have seen',
    check(evidence) {
      const errors = evidence.exchanges.flatMap(({ response, purpose }) =>
        response != null && response.status >= 400 && purpose !== 'download' ? [response] : [],
      );
      const [first] = errors;
      if (first == null) return null;
      const strange = errors.find(({ json }) => !tellsMessage(json));
      return strange == null ? confirmed(lineOf(first)) : wrong(lineOf(strange));
    },
  },
  {
    id: 'output-needs-no-key',
    sentence:
      'The finished video is read from its address without a key, as `video/*` or as bytes.',
    source: 'no page says what the host of the results asks for',
    check(evidence) {
      const answers = answersTo(evidence, 'download');
      const good = answers.find(isSuccess);
      if (good != null) {
        const type = good.headers['content-type'] ?? 'no content-type';
        const isVideo = /^(video\/|application\/octet-stream|binary\/octet-stream)/i.test(type);
        return decided(isVideo || type === 'no content-type', `HTTP ${good.status}, ${type}`);
      }
      const refused = answers.find(({ status }) => status === 401 || status === 403);
      return refused == null ? null : wrong(lineOf(refused));
    },
  },
  lacksNothing(
    {
      id: 'output-length',
      sentence: 'The video is as long as the clip, or up to the next whole second.',
      source:
        "Kling's page says that a motion which is hard to follow may come back shorter; no page of a seller says more",
    },
    ['shorter', 'longer'],
  ),
  lacksNothing(
    {
      id: 'output-size',
      sentence:
        'The shorter side of the video is 720 (standard) or 1080 pixels (pro), or it has as many pixels in another shape.',
      source: 'pages say 720p and 1080p, and nothing about other shapes than 16:9',
    },
    ['smaller'],
  ),
];

function tellsMessage(json: unknown): boolean {
  const places = [json, at(json, 'error')];
  return places.some((place) =>
    ['message', 'msg', 'detail', 'error'].some((name) => {
      const value = at(place, name);
      return isText(value) || (Array.isArray(value) && value.length > 0);
    }),
  );
}
